// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

/** The grammar of {@code Host} and {@code :authority}: a name or literal address, maybe a port. */
final class Authority {
  private static final int LONGEST = 255 + 6;

  private Authority() {}

  /** No user info, no path, no escape, no empty host; the port, if any, is 1 to 65535. */
  static boolean isValid(String text) {
    if (text.isEmpty() || text.length() > LONGEST) {
      return false;
    }
    int end = text.charAt(0) == '[' ? endOfLiteral(text) : endOfName(text);
    return end > 0 && (end == text.length() || isPort(text, end));
  }

  private static int endOfName(String text) {
    int at = 0;
    while (at < text.length() && standsInName(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean standsInName(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '-'
        || c == '.'
        || c == '_';
  }

  private static int endOfLiteral(String text) {
    int close = text.indexOf(']');
    for (int i = 1; i < close; i++) {
      char c = text.charAt(i);
      if (c != ':' && c != '.' && Character.digit(c, 16) < 0 || c > 'f') {
        return -1;
      }
    }
    return close < 3 ? -1 : close + 1;
  }

  private static boolean isPort(String text, int colon) {
    int digits = text.length() - colon - 1;
    if (text.charAt(colon) != ':' || digits < 1 || digits > 5) {
      return false;
    }
    int port = 0;
    for (int i = colon + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return false;
      }
      port = port * 10 + (c - '0');
    }
    return port >= 1 && port <= 65535;
  }
}
