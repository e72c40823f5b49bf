// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

/** The steps of {@link PathNormalization}. */
final class PathScan {
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private PathScan() {}

  /**
   * Whether a path may be looked at at all. A question mark means that the caller did not cut the
   * query; a character beyond a byte, that it decoded what it received.
   */
  static boolean acceptable(String path) {
    return printable(path) && path.indexOf('?') < 0 && !path.contains("%00");
  }

  static boolean printable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c == 0x7f || c > 0xff) {
        return false;
      }
    }
    return true;
  }

  /** Whether no step could change the path. Errs on the side of no. */
  static boolean canonical(String path, boolean mergesSlashes) {
    boolean afterSlash = false;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '%' || c == '\\' || !standsInPath(c)) {
        return false;
      }
      if (afterSlash && (c == '.' || c == '/' && mergesSlashes)) {
        return false;
      }
      afterSlash = c == '/';
    }
    return true;
  }

  /**
   * Decodes and encodes in one pass, so that nothing is decoded twice.
   *
   * @return false when decoding would complete an escape around a percent sign that began none:
   *     {@code %%36%31} would turn into {@code %61}, which the next hop decodes again
   */
  static boolean decode(String path, boolean slashes, StringBuilder out) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '%' && isEscape(path, i)) {
        int octet =
            Character.digit(path.charAt(i + 1), 16) << 4 | Character.digit(path.charAt(i + 2), 16);
        if (isUnreserved(octet)) {
          out.append((char) octet);
        } else if (slashes && (octet == '/' || octet == '\\')) {
          out.append('/');
        } else {
          out.append(path, i, i + 3);
        }
        i += 2;
      } else if (c == '\\') {
        out.append('/');
      } else if (standsInPath(c)) {
        out.append(c);
      } else {
        out.append('%').append(HEX[c >> 4]).append(HEX[c & 15]);
      }
    }
    return strays(path) == strays(out);
  }

  /** Percent signs that begin no escape. */
  private static int strays(CharSequence text) {
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%' && !isEscape(text, i)) {
        count++;
      }
    }
    return count;
  }

  private static boolean isEscape(CharSequence text, int at) {
    return at + 2 < text.length() && isHex(text.charAt(at + 1)) && isHex(text.charAt(at + 2));
  }

  private static boolean isHex(char c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
  }

  private static boolean isUnreserved(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }

  private static boolean standsInPath(char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '`' && c != '{'
        && c != '}';
  }

  /** Removes dot segments in place (RFC 3986 section 5.2.4); {@code ..} at the root stays there. */
  static void resolveDots(StringBuilder path) {
    int length = path.length();
    int out = 0;
    for (int start = 0; start < length; ) {
      int end = start + 1;
      while (end < length && path.charAt(end) != '/') {
        end++;
      }
      boolean last = end == length;
      int dots = dots(path, start + 1, end);
      if (dots == 2) {
        out = parent(path, out);
      }
      if (dots == 0) {
        for (int i = start; i < end; i++) {
          path.setCharAt(out++, path.charAt(i));
        }
      } else if (last) {
        path.setCharAt(out++, '/');
      }
      start = end;
    }
    path.setLength(out);
  }

  /** One for {@code .}, two for {@code ..}, with or without parameters; otherwise none. */
  private static int dots(StringBuilder path, int start, int end) {
    int dots = 0;
    while (start + dots < end && path.charAt(start + dots) == '.') {
      dots++;
    }
    boolean whole = start + dots == end || path.charAt(start + dots) == ';';
    return whole && dots <= 2 ? dots : 0;
  }

  private static int parent(StringBuilder path, int end) {
    int slash = end - 1;
    while (slash > 0 && path.charAt(slash) != '/') {
      slash--;
    }
    return Math.max(slash, 0);
  }

  static void mergeSlashes(StringBuilder path) {
    int out = 0;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c != '/' || out == 0 || path.charAt(out - 1) != '/') {
        path.setCharAt(out++, c);
      }
    }
    path.setLength(out);
  }
}
