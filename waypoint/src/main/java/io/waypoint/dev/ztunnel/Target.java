// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;

/**
 * What a plain HTTP request asks for.
 *
 * @param caller {@code serviceaccount.namespace}
 * @param uri path and query, as the server shall see them
 */
record Target(String caller, String host, int port, String uri) {
  private static final String SCHEME = "http://";
  private static final int HTTP = 80;

  /**
   * @throws IllegalArgumentException when the request names no host
   */
  static Target of(HttpServerRequest request, String caller) {
    String uri = request.uri();
    if (request.method().equals(HttpMethod.CONNECT)) {
      return of(caller, uri, "");
    }
    if (uri.startsWith(SCHEME)) {
      int slash = uri.indexOf('/', SCHEME.length());
      String authority = uri.substring(SCHEME.length(), slash < 0 ? uri.length() : slash);
      return of(caller, authority, slash < 0 ? "/" : uri.substring(slash));
    }
    String host = request.getHeader("host");
    return of(caller, host == null ? "" : host, uri);
  }

  private static Target of(String caller, String authority, String uri) {
    HostAndPort parsed = HostAndPort.parseAuthority(authority, HTTP);
    if (parsed == null || parsed.host().isEmpty()) {
      throw new IllegalArgumentException(
          "no service asked for: send its name as Host header, for example Host: productpage:9080");
    }
    return new Target(caller, parsed.host(), parsed.port(), uri);
  }
}
