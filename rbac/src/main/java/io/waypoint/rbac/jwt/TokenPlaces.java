// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import java.util.List;
import java.util.Locale;

/**
 * Where a rule looks for its token.
 *
 * @param parameters of the query
 */
public record TokenPlaces(List<Header> headers, List<String> parameters, List<String> cookies) {
  /** Where every rule looks that names no place (RFC 6750 sections 2.1 and 2.3). */
  public static final TokenPlaces DEFAULT =
      new TokenPlaces(
          List.of(new Header("authorization", "Bearer ")), List.of("access_token"), List.of());

  /**
   * @param name in lower case
   * @param prefix what stands before the token; a field that begins otherwise holds none
   */
  public record Header(String name, String prefix) {
    public Header {
      name = name.toLowerCase(Locale.ROOT);
    }
  }

  public TokenPlaces {
    headers = List.copyOf(headers);
    parameters = List.copyOf(parameters);
    cookies = List.copyOf(cookies);
  }

  public boolean isEmpty() {
    return headers.isEmpty() && parameters.isEmpty() && cookies.isEmpty();
  }
}
