// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import java.util.List;

/**
 * One issuer whose tokens are accepted.
 *
 * @param audiences one of them must be in the token; none means any
 * @param spaceDelimited claims that are lists of words with spaces between, besides {@code scope}
 *     and {@code permission}
 */
public record JwtRule(
    String issuer,
    List<String> audiences,
    KeyLocation keys,
    TokenPlaces places,
    TokenOutput output,
    List<String> spaceDelimited) {
  public JwtRule {
    audiences = audiences.stream().map(JwtRule::bare).toList();
    spaceDelimited = List.copyOf(spaceDelimited);
    places = places.isEmpty() ? TokenPlaces.DEFAULT : places;
  }

  boolean admits(Object audience) {
    return audience instanceof String text && audiences.contains(bare(text));
  }

  /** Envoy's library compares without scheme and without one slash at the end. */
  private static String bare(String audience) {
    String bare = audience;
    if (bare.startsWith("https://")) {
      bare = bare.substring("https://".length());
    } else if (bare.startsWith("http://")) {
      bare = bare.substring("http://".length());
    }
    return bare.endsWith("/") ? bare.substring(0, bare.length() - 1) : bare;
  }
}
