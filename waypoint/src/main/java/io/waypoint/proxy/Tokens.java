// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import java.util.function.Consumer;

/** The comma-separated lists of header fields. */
final class Tokens {
  private Tokens() {}

  static boolean contains(String list, String token) {
    int length = token.length();
    for (int at = 0; at + length <= list.length(); at++) {
      if (list.regionMatches(true, at, token, 0, length)
          && isEdge(list, at - 1)
          && isEdge(list, at + length)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isEdge(String list, int at) {
    return at < 0
        || at >= list.length()
        || list.charAt(at) == ','
        || list.charAt(at) == ' '
        || list.charAt(at) == '\t';
  }

  static void each(String list, Consumer<String> action) {
    int start = 0;
    while (start <= list.length()) {
      int comma = list.indexOf(',', start);
      int end = comma < 0 ? list.length() : comma;
      String token = list.substring(start, end).strip();
      if (!token.isEmpty()) {
        action.accept(token);
      }
      start = end + 1;
    }
  }
}
