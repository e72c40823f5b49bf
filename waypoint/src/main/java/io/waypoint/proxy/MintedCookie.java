// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import io.waypoint.routing.balance.HashKey;
import io.waypoint.routing.balance.KeyHash;
import java.time.Duration;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A cookie made for a caller who has none, so that consistent hashing finds the same endpoint for
 * the next request ({@code httpCookie} with {@code ttl} of a DestinationRule). It says nothing of
 * the caller and proves nothing.
 */
record MintedCookie(HashKey.Cookie key, String value) {
  private static final String SET_COOKIE = "set-cookie";

  /** Null when the key is no cookie, or one that is not made. */
  static @Nullable MintedCookie of(HashKey key, RandomGenerator random) {
    return key instanceof HashKey.Cookie cookie && cookie.ttl() != null
        ? new MintedCookie(cookie, HexFormat.of().toHexDigits(random.nextLong()))
        : null;
  }

  /** The same as that of the requests that bring it back. */
  long hash() {
    return KeyHash.of(value);
  }

  /** Gives it to the caller; with a time to live of zero it lasts as long as a browser does. */
  void give(MultiMap response) {
    var cookie = new StringBuilder(key.name()).append('=').append(value);
    Duration ttl = key.ttl();
    if (ttl != null && ttl.isPositive()) {
      cookie.append("; Max-Age=").append(ttl.toSeconds());
    }
    if (!key.path().isEmpty()) {
      cookie.append("; Path=").append(key.path());
    }
    for (HashKey.Attribute attribute : key.attributes()) {
      cookie.append("; ").append(attribute.name());
      if (!attribute.value().isEmpty()) {
        cookie.append('=').append(attribute.value());
      }
    }
    response.add(SET_COOKIE, cookie.append("; HttpOnly").toString());
  }
}
