// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import io.netty.buffer.ByteBuf;

/**
 * The lines around a chunk (RFC 9112 section 7.1). Extensions are passed over; all of a message's
 * together are bounded.
 */
final class ChunkSize {
  private static final int MOST_DIGITS = 8;
  private static final int MOST_EXTENSIONS = 16 * 1024;

  private long size;
  private int digits;
  private int extensions;
  private boolean inExtension;
  private boolean blank;
  private boolean afterReturn;

  /** The size that was read last. */
  long size() {
    return size;
  }

  /** Another message begins. */
  void clear() {
    extensions = 0;
  }

  /**
   * Reads on in a line with a size.
   *
   * @return whether it is complete
   */
  boolean read(ByteBuf in) throws MalformedMessageException {
    if (digits == 0) {
      size = 0;
      inExtension = false;
      blank = false;
    }
    while (in.isReadable()) {
      byte b = in.readByte();
      if (afterReturn) {
        if (b != '\n' || digits == 0) {
          throw new MalformedMessageException("a chunk has no size");
        }
        afterReturn = false;
        digits = 0;
        return true;
      }
      if (b == '\r') {
        afterReturn = true;
      } else if (inExtension) {
        passOver(b);
      } else {
        readDigit(b);
      }
    }
    return false;
  }

  private void readDigit(byte b) throws MalformedMessageException {
    int digit = b < 0 || blank ? -1 : Character.digit(b, 16);
    if (digit >= 0) {
      if (++digits > MOST_DIGITS) {
        throw new MalformedMessageException("a chunk is too large");
      }
      size = size << 4 | digit;
    } else if (digits > 0 && b == ';') {
      inExtension = true;
    } else if (digits > 0 && (b == ' ' || b == '\t') && ++extensions <= MOST_EXTENSIONS) {
      blank = true;
    } else {
      throw new MalformedMessageException("a chunk has no size");
    }
  }

  private void passOver(byte b) throws MalformedMessageException {
    if (!Text.isVisible(b) || ++extensions > MOST_EXTENSIONS) {
      throw new MalformedMessageException("a chunk has too much of an extension");
    }
  }

  /**
   * Reads the end of a chunk's data.
   *
   * @return whether it is complete
   */
  boolean readEnd(ByteBuf in) throws MalformedMessageException {
    byte b = in.readByte();
    if (b != (afterReturn ? '\n' : '\r')) {
      throw new MalformedMessageException("a chunk does not end where it should");
    }
    afterReturn = !afterReturn;
    return !afterReturn;
  }
}
