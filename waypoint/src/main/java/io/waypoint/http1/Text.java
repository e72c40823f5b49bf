// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import io.netty.buffer.ByteBuf;

/** The characters of HTTP (RFC 9110 section 5.6.2), in memory and as bytes. */
public final class Text {
  static final int CRLF = '\r' << 8 | '\n';
  static final int COLON_SPACE = ':' << 8 | ' ';

  private static final boolean[] TOKEN = new boolean[128];

  static {
    for (char c = '0'; c <= 'z'; c++) {
      TOKEN[c] = c <= '9' || c >= 'a' || c >= 'A' && c <= 'Z';
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      TOKEN[c] = true;
    }
  }

  private Text() {}

  /** Whether a byte or a character may stand in a token, a method or a field's name. */
  public static boolean isToken(int c) {
    return c >= 0 && c < 128 && TOKEN[c];
  }

  /** Whether an octet may stand in a field's value or in a reason: no control but the tab. */
  static boolean isVisible(byte b) {
    return b < 0 || b >= ' ' && b != 0x7f || b == '\t';
  }

  /** Whether a list of tokens has one of them, in whatever case. */
  static boolean lists(String list, String token) {
    int from = 0;
    while (from <= list.length()) {
      int comma = list.indexOf(',', from);
      int end = comma < 0 ? list.length() : comma;
      int next = end + 1;
      while (from < end && isBlank(list.charAt(from))) {
        from++;
      }
      while (end > from && isBlank(list.charAt(end - 1))) {
        end--;
      }
      if (end - from == token.length() && list.regionMatches(true, from, token, 0, end - from)) {
        return true;
      }
      from = next;
    }
    return false;
  }

  /** Whether a byte or a character may stand around a field's value, or an item of a list. */
  static boolean isBlank(int c) {
    return c == ' ' || c == '\t';
  }

  /** Whether two names are one, ASCII letters taken without their case. */
  public static boolean same(String one, CharSequence other) {
    if (one == other) {
      return true;
    }
    int length = one.length();
    if (length != other.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char a = one.charAt(i);
      char b = other.charAt(i);
      if (a != b && lower(a) != lower(b)) {
        return false;
      }
    }
    return true;
  }

  private static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
  }

  /**
   * Writes a text of ISO 8859-1; whatever else there is becomes a question mark, so that no
   * character turns into the end of a line.
   */
  public static void write(String text, ByteBuf to) {
    int length = text.length();
    to.ensureWritable(length);
    int at = to.writerIndex();
    if (to.hasArray()) {
      byte[] array = to.array();
      int start = to.arrayOffset() + at;
      for (int i = 0; i < length; i++) {
        array[start + i] = octet(text.charAt(i));
      }
    } else {
      for (int i = 0; i < length; i++) {
        to.setByte(at + i, octet(text.charAt(i)));
      }
    }
    to.writerIndex(at + length);
  }

  /** Writes a token, or refuses it. */
  static void writeToken(String text, ByteBuf to) {
    write(checkName(text), to);
  }

  /** Writes a field's value, or refuses it. */
  static void writeValue(String text, ByteBuf to) {
    write(checkValue(text), to);
  }

  /** Writes what stands between spaces or ends a line: it must be visible ASCII. */
  static void writeWord(String text, ByteBuf to) {
    boolean good = !text.isEmpty();
    for (int i = 0; good && i < text.length(); i++) {
      good = text.charAt(i) > ' ' && text.charAt(i) < 0x7f;
    }
    if (!good) {
      throw new IllegalArgumentException("a request line holds what would end it");
    }
    write(text, to);
  }

  private static byte octet(char c) {
    return (byte) (c > 0xff ? '?' : c);
  }

  static String checkName(CharSequence name) {
    int length = name.length();
    boolean good = length > 0;
    for (int i = 0; good && i < length; i++) {
      good = isToken(name.charAt(i));
    }
    if (!good) {
      throw new IllegalArgumentException("a header field's name is no token");
    }
    return name.toString();
  }

  /** Nothing that ends a line, and no NUL (RFC 9110 section 5.5). */
  static String checkValue(CharSequence value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\r' || c == '\n' || c == 0) {
        throw new IllegalArgumentException("a header field's value ends its line");
      }
    }
    return value.toString();
  }
}
