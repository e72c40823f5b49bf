// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy.scan;

/**
 * The grammar of a host with or without port: a name, an IPv4 address or an IPv6 one in brackets.
 */
final class HostSyntax {
  private HostSyntax() {}

  /** No user info, no escapes, no empty host or port. */
  static boolean isValid(byte[] bytes, int from, int to) {
    if (from >= to || to - from > ScanLimits.AUTHORITY) {
      return false;
    }
    int end = bytes[from] == '[' ? endOfLiteral(bytes, from, to) : endOfName(bytes, from, to);
    return end > from && (end == to || isPort(bytes, end, to));
  }

  private static int endOfName(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && (isAlphanumeric(bytes[i]) || isNamePunctuation(bytes[i]))) {
      i++;
    }
    return i;
  }

  private static int endOfLiteral(byte[] bytes, int from, int to) {
    int close = Octets.indexOf(bytes, from, to, ']');
    for (int i = from + 1; i < close; i++) {
      byte c = bytes[i];
      boolean isHex = Octets.isDigit(c) || (c | 0x20) >= 'a' && (c | 0x20) <= 'f';
      if (!isHex && c != ':' && c != '.') {
        return -1;
      }
    }
    boolean isAddress = Octets.indexOf(bytes, from, Math.max(from, close), ':') > 0;
    return isAddress && close - from >= 3 ? close + 1 : -1;
  }

  private static boolean isPort(byte[] bytes, int colon, int to) {
    int digits = to - colon - 1;
    if (bytes[colon] != ':' || digits < 1 || digits > 5) {
      return false;
    }
    int port = 0;
    for (int i = colon + 1; i < to; i++) {
      if (!Octets.isDigit(bytes[i])) {
        return false;
      }
      port = port * 10 + bytes[i] - '0';
    }
    return port >= 1 && port <= 65535;
  }

  private static boolean isAlphanumeric(byte c) {
    return Octets.isDigit(c) || (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
  }

  private static boolean isNamePunctuation(byte c) {
    return c == '-' || c == '.' || c == '_';
  }
}
