// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.http;

import io.waypoint.routing.model.CrossOrigin;

/**
 * An origin that is allowed (RFC 6454 section 4). Scheme and port are compared as they are; a
 * wildcard stands for one or more labels in front of a host, or for any host.
 *
 * @param scheme {@code http} or {@code https}; empty for every origin there is
 * @param host with its dot in front when something must stand before it; empty for any
 * @param port the scheme's own when none is written
 */
record OriginPattern(String scheme, String host, int port) {
  private static final OriginPattern ANY = new OriginPattern("", "", 0);
  private static final String SEPARATOR = "://";

  static OriginPattern of(String text) {
    if (text.equals(CrossOrigin.ANY)) {
      return ANY;
    }
    int host = text.indexOf(SEPARATOR) + SEPARATOR.length();
    int colon = portAt(text, host);
    String name = text.substring(host, colon);
    String scheme = text.substring(0, host - SEPARATOR.length());
    int port = portOf(text, colon, scheme);
    if (port < 0) {
      throw new IllegalArgumentException("\"" + text + "\" is not an origin");
    }
    return new OriginPattern(scheme, name.startsWith("*") ? name.substring(1) : name, port);
  }

  /**
   * @param origin the field of a request; what is not an origin matches nothing
   */
  boolean accepts(String origin) {
    int at = origin.indexOf(SEPARATOR);
    if (at < 1) {
      return false;
    }
    int start = at + SEPARATOR.length();
    int end = portAt(origin, start);
    String other = schemeOf(origin, at);
    int itsPort = portOf(origin, end, other);
    if (itsPort < 0 || !isHost(origin, start, end)) {
      return false;
    }
    return scheme.isEmpty() || other.equals(scheme) && itsPort == port && hosts(origin, start, end);
  }

  /** Empty for one that no pattern names. */
  private static String schemeOf(String origin, int end) {
    if (end == 5 && origin.startsWith("https")) {
      return "https";
    }
    return end == 4 && origin.startsWith("http") ? "http" : "";
  }

  private boolean hosts(String origin, int start, int end) {
    int length = end - start;
    if (host.isEmpty()) {
      return true;
    }
    boolean exact = host.charAt(0) != '.';
    boolean fits = exact ? length == host.length() : length > host.length();
    return fits && origin.regionMatches(true, end - host.length(), host, 0, host.length());
  }

  private static boolean isHost(String text, int start, int end) {
    if (start == end) {
      return false;
    }
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      boolean fine =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || c == '.'
              || c == '-'
              || c == '_'
              || c == '['
              || c == ']'
              || c == ':';
      if (!fine) {
        return false;
      }
    }
    return true;
  }

  private static int portAt(String text, int host) {
    int literal = text.indexOf(']', host);
    int colon = text.indexOf(':', literal < 0 ? host : literal);
    return colon < 0 ? text.length() : colon;
  }

  /** The port behind the host, or the scheme's own; negative when it is none. */
  private static int portOf(String text, int colon, String scheme) {
    int digits = text.length() - colon - 1;
    if (digits < 0) {
      return scheme.equals("https") ? 443 : 80;
    }
    int port = digits == 0 || digits > 5 ? -1 : 0;
    for (int i = colon + 1; i < text.length() && port >= 0; i++) {
      int digit = text.charAt(i) - '0';
      port = digit < 0 || digit > 9 ? -1 : port * 10 + digit;
    }
    return port > 65535 ? -1 : port;
  }
}
