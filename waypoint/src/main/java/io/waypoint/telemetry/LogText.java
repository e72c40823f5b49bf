// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Growing ASCII text in which nothing that a caller sent can end a line, end a quoted value or
 * reach a terminal as a control sequence.
 */
final class LogText {
  /** A longer value is cut, and says so. */
  static final int LONGEST_VALUE = 1_024;

  static final int LONGEST_TRACE = 8_192;

  private static final String CUT = "...";
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes;
  private int length;

  LogText(int size) {
    bytes = new byte[size];
  }

  int length() {
    return length;
  }

  void reset() {
    length = 0;
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, length);
  }

  /** Text of our own, ASCII without anything to escape. */
  LogText plain(String text) {
    ensure(text.length());
    copy(text, 0, text.length());
    return this;
  }

  /** For ASCII the low byte of each character is the character, and this copies it in one go. */
  @SuppressWarnings("deprecation")
  private void copy(String ascii, int from, int to) {
    ascii.getBytes(from, to, bytes, length);
    length += to - from;
  }

  LogText plain(char c) {
    ensure(1);
    bytes[length++] = (byte) c;
    return this;
  }

  LogText number(long value) {
    return plain(Long.toString(value));
  }

  /** Somebody else's text, escaped as in JSON, without quotes around it. */
  LogText foreign(String text) {
    return foreign(text, LONGEST_VALUE);
  }

  LogText foreign(String text, int longest) {
    int end = Math.min(text.length(), longest);
    ensure(end * 6 + CUT.length());
    int copied = 0;
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (!isHarmless(c)) {
        copy(text, copied, i);
        escape(c);
        copied = i + 1;
      }
    }
    copy(text, copied, end);
    return text.length() > end ? plain(CUT) : this;
  }

  LogText quoted(String text) {
    return plain('"').foreign(text).plain('"');
  }

  private static boolean isHarmless(char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
  }

  private void escape(char c) {
    if (c == '"' || c == '\\') {
      bytes[length++] = '\\';
      bytes[length++] = (byte) c;
    } else {
      bytes[length++] = '\\';
      bytes[length++] = 'u';
      for (int shift = 12; shift >= 0; shift -= 4) {
        bytes[length++] = HEX[c >> shift & 0xf];
      }
    }
  }

  private void ensure(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
