// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import org.jspecify.annotations.Nullable;

/**
 * A request target in absolute form. Its authority wins over {@code Host} (RFC 9112 section 3.2.2).
 *
 * @param target in origin form
 */
record AbsoluteTarget(String authority, String target) {
  static @Nullable AbsoluteTarget parse(String raw) {
    int start = 0;
    if (raw.regionMatches(true, 0, "http://", 0, 7)) {
      start = 7;
    } else if (raw.regionMatches(true, 0, "https://", 0, 8)) {
      start = 8;
    }
    if (start == 0) {
      return null;
    }
    int end = start;
    while (end < raw.length() && "/?#".indexOf(raw.charAt(end)) < 0) {
      end++;
    }
    String rest = raw.substring(end);
    return new AbsoluteTarget(raw.substring(start, end), rest.startsWith("/") ? rest : "/" + rest);
  }
}
