// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Percent-encoded text, read byte by byte where it stands: {@code %41} is {@code A}, {@code +} is a
 * space, and a percent sign without two hexadecimal digits is itself.
 */
final class QueryText {
  /** Occurs in no UTF-8 text, hence equals nothing. */
  private static final int NO_BYTE = 0xff;

  private QueryText() {}

  /** Whether the decoded bytes are these. */
  static boolean equal(String raw, int from, int to, byte[] wanted) {
    int at = from;
    for (byte b : wanted) {
      if (at >= to || byteAt(raw, at, to) != (b & 0xff)) {
        return false;
      }
      at += width(raw, at, to);
    }
    return at == to;
  }

  /** Whether decoding would change nothing. */
  static boolean isPlain(String raw, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = raw.charAt(i);
      if (c == '%' || c == '+' || c >= 0x80) {
        return false;
      }
    }
    return true;
  }

  static String decode(String raw, int from, int to) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(to - from);
    for (int i = from; i < to; i += width(raw, i, to)) {
      bytes.write(byteAt(raw, i, to));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static int byteAt(String raw, int at, int to) {
    char c = raw.charAt(at);
    if (isEncoded(raw, at, to)) {
      return Character.digit(raw.charAt(at + 1), 16) << 4 | Character.digit(raw.charAt(at + 2), 16);
    }
    return c == '+' ? ' ' : c <= 0xff ? c : NO_BYTE;
  }

  private static int width(String raw, int at, int to) {
    return isEncoded(raw, at, to) ? 3 : 1;
  }

  private static boolean isEncoded(String raw, int at, int to) {
    return raw.charAt(at) == '%'
        && at + 2 < to
        && isHex(raw.charAt(at + 1))
        && isHex(raw.charAt(at + 2));
  }

  /** ASCII alone: {@link Character#digit} would take the digits of other scripts, too. */
  private static boolean isHex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
}
