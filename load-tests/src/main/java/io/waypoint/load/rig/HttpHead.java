// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.netty.buffer.ByteBuf;

/** The little of an HTTP/1 head that the rig must know: where it ends and two or three numbers. */
final class HttpHead {
  private static final int STATUS_AT = 9;

  private HttpHead() {}

  /** Index behind the empty line, or -1 while the head is not whole. */
  static int end(ByteBuf data) {
    int from = data.readerIndex();
    int to = data.writerIndex();
    while (true) {
      int at = data.indexOf(from, to, (byte) '\n');
      if (at < 0) {
        return -1;
      }
      if (at >= data.readerIndex() + 3
          && data.getByte(at - 1) == '\r'
          && data.getByte(at - 2) == '\n') {
        return at + 1;
      }
      from = at + 1;
    }
  }

  /** The three digits of a status line. */
  static int status(ByteBuf data) {
    int at = data.readerIndex() + STATUS_AT;
    return data.writerIndex() < at + 3
        ? -1
        : (data.getByte(at) - '0') * 100
            + (data.getByte(at + 1) - '0') * 10
            + (data.getByte(at + 2) - '0');
  }

  /**
   * The number that a field holds, or -1 without it.
   *
   * @param name lower case, with the colon
   * @param end of the head
   */
  static long number(ByteBuf data, int end, byte[] name) {
    int line = data.indexOf(data.readerIndex(), end, (byte) '\n') + 1;
    while (line > 0 && line < end) {
      if (startsWith(data, line, name)) {
        return digits(data, line + name.length, end);
      }
      line = data.indexOf(line, end, (byte) '\n') + 1;
    }
    return -1;
  }

  private static boolean startsWith(ByteBuf data, int at, byte[] name) {
    for (int i = 0; i < name.length; i++) {
      int octet = data.getByte(at + i);
      if (octet != name[i] && (octet | 0x20) != name[i]) {
        return false;
      }
    }
    return true;
  }

  private static long digits(ByteBuf data, int from, int end) {
    long value = 0;
    for (int at = from; at < end; at++) {
      int octet = data.getByte(at);
      if (octet >= '0' && octet <= '9') {
        value = value * 10 + (octet - '0');
      } else if (octet == '\r') {
        return value;
      } else if (octet != ' ') {
        return -1;
      }
    }
    return -1;
  }
}
