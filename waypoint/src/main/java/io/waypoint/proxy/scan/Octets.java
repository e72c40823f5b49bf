// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy.scan;

/** Classes of bytes, and comparison of bytes with names. */
final class Octets {
  static final byte CR = '\r';
  static final byte LF = '\n';

  /** What a request line may hold: space and the visible part of ASCII. */
  static final boolean[] LINE = new boolean[256];

  /** What a field line may hold: the same, tabs, and bytes above ASCII. */
  static final boolean[] FIELD = new boolean[256];

  /** What names are made of (RFC 9110 section 5.6.2). */
  static final boolean[] TOKEN = new boolean[256];

  static {
    for (int c = 0; c < 256; c++) {
      LINE[c] = c >= ' ' && c < 0x7f;
      FIELD[c] = LINE[c] || c == '\t' || c >= 0x80;
      TOKEN[c] = LINE[c] && c != ' ' && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
    }
  }

  private Octets() {}

  static boolean isToken(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!TOKEN[bytes[i] & 0xff]) {
        return false;
      }
    }
    return from < to;
  }

  static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  static int indexOf(byte[] bytes, int from, int to, char wanted) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** Skips spaces and tabs forward. */
  static int start(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && isBlank(bytes[i])) {
      i++;
    }
    return i;
  }

  /** Skips spaces and tabs backward. */
  static int end(byte[] bytes, int from, int to) {
    int i = to;
    while (i > from && isBlank(bytes[i - 1])) {
      i--;
    }
    return i;
  }

  static boolean isBlank(byte c) {
    return c == ' ' || c == '\t';
  }

  static boolean equal(byte[] bytes, int from, int to, String text) {
    if (to - from != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (bytes[from + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Equal to a text of small letters, digits and dashes, whatever the case of the bytes. */
  static boolean equalIgnoringCase(byte[] bytes, int from, int to, String small) {
    return to - from == small.length() && startsIgnoringCase(bytes, from, to, small);
  }

  static boolean startsIgnoringCase(byte[] bytes, int from, int to, String small) {
    if (to - from < small.length()) {
      return false;
    }
    for (int i = 0; i < small.length(); i++) {
      byte c = bytes[from + i];
      if ((c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) != small.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
