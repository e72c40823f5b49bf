// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What of a request decides on its endpoint ({@code consistentHash} of a DestinationRule). */
public sealed interface HashKey {
  /**
   * @param name in lower case
   */
  record Header(String name) implements HashKey {}

  /**
   * @param path the minted cookie's path; empty for none
   * @param ttl how long a minted cookie lives, zero for the session; null when none is minted
   * @param attributes further ones of a minted cookie
   */
  record Cookie(String name, String path, @Nullable Duration ttl, List<Attribute> attributes)
      implements HashKey {
    private static final String NOT_IN_NAMES = "()<>@,;:\\\"/[]?={}";

    public Cookie {
      attributes = List.copyOf(attributes);
      if (name.isEmpty() || !isText(name, NOT_IN_NAMES) || name.indexOf(' ') >= 0) {
        throw new IllegalArgumentException("\"" + name + "\" is not a cookie's name (RFC 6265)");
      }
      if (!isText(path, ";") || !path.isEmpty() && !path.startsWith("/")) {
        throw new IllegalArgumentException("\"" + path + "\" is not a cookie's path");
      }
      if (ttl != null && ttl.isNegative()) {
        throw new IllegalArgumentException("a cookie's ttl is not negative");
      }
    }

    /** A cookie that is taken as it comes and never made. */
    public Cookie(String name) {
      this(name, "", null, List.of());
    }
  }

  /**
   * Of a cookie, for example {@code SameSite=Strict}.
   *
   * @param value empty for one that stands alone, such as {@code Secure}
   */
  record Attribute(String name, String value) {
    public Attribute {
      if (name.isEmpty() || !isText(name, ";=") || !isText(value, ";")) {
        throw new IllegalArgumentException("\"" + name + "\" is not an attribute of a cookie");
      }
    }
  }

  private static boolean isText(String text, String without) {
    return text.chars().allMatch(c -> c >= ' ' && c < 0x7f && without.indexOf(c) < 0);
  }

  record QueryParameter(String name) implements HashKey {}

  /** The caller's address as the tunnel's connection shows it. */
  record SourceIp() implements HashKey {}
}
