// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Who a plain HTTP request says it comes from. */
final class ProxyUser {
  private static final String BASIC = "basic ";

  private ProxyUser() {}

  /**
   * The header {@code x-dev-identity}, else the user of the proxy URL, else {@code fallback}.
   *
   * @throws IllegalArgumentException when the credentials cannot be read
   */
  static String of(HttpServerRequest request, String fallback) {
    String header = request.getHeader(HttpFront.IDENTITY);
    if (header != null) {
      return header;
    }
    String credentials = request.getHeader("proxy-authorization");
    if (credentials == null) {
      return fallback;
    }
    if (!credentials.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      throw new IllegalArgumentException("proxy credentials are Basic: http://sleep.default@…");
    }
    byte[] decoded = Base64.getDecoder().decode(credentials.substring(BASIC.length()).strip());
    String user = new String(decoded, StandardCharsets.UTF_8);
    int colon = user.indexOf(':');
    return colon < 0 ? user : user.substring(0, colon);
  }
}
