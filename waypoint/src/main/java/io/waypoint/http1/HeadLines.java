// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a head, or of trailers, up to the empty one that ends them. Every line ends with CR
 * and LF. A head in one piece takes no memory of its connection; of one in several pieces each byte
 * is looked at once.
 */
final class HeadLines {
  /** How far it has come. */
  enum Progress {
    MORE,
    LINE,
    COMPLETE
  }

  private static final int LEAST = 512;

  private final HeadScratch scratch;
  private final int mostBytes;
  private final int mostLines;
  private byte @Nullable [] own;
  private int length;
  private int line;
  private int lines;

  HeadLines(HeadScratch scratch, int mostBytes, int mostLines) {
    this.scratch = scratch;
    this.mostBytes = mostBytes;
    this.mostLines = mostLines;
  }

  /** Takes the rest of a line. */
  Progress take(ByteBuf in) throws MalformedMessageException {
    int from = in.readerIndex();
    int feed = in.indexOf(from, in.writerIndex(), (byte) '\n');
    int count = (feed < 0 ? in.writerIndex() : feed + 1) - from;
    if (count > mostBytes - length) {
      throw new MalformedMessageException("a head is too large");
    }
    byte[] to = room(length + count);
    in.readBytes(to, length, count);
    length += count;
    if (feed >= 0) {
      return lineEnded(to);
    }
    keep(to);
    return Progress.MORE;
  }

  private Progress lineEnded(byte[] bytes) throws MalformedMessageException {
    int size = length - line;
    if (size < 2 || bytes[length - 2] != '\r') {
      throw new MalformedMessageException("a line ends without CR");
    }
    line = length;
    if (size == 2) {
      return Progress.COMPLETE;
    }
    if (++lines > mostLines) {
      throw new MalformedMessageException("a head has too many lines");
    }
    return Progress.LINE;
  }

  private byte[] room(int size) {
    byte[] kept = own;
    if (kept == null) {
      return scratch.room(size);
    }
    if (size > kept.length) {
      kept = Arrays.copyOf(kept, Math.max(size, 2 * kept.length));
      own = kept;
    }
    return kept;
  }

  private void keep(byte[] bytes) {
    if (own == null) {
      byte[] kept = new byte[Math.max(LEAST, length)];
      System.arraycopy(bytes, 0, kept, 0, length);
      own = kept;
    }
  }

  /** The piece is at its end; others may use the scratch now. */
  void pause() {
    if (length > 0) {
      keep(scratch.room(length));
    }
  }

  byte[] bytes() {
    byte[] kept = own;
    return kept == null ? scratch.room(0) : kept;
  }

  int length() {
    return length;
  }

  /** Forgets all. */
  void clear() {
    own = null;
    length = 0;
    line = 0;
    lines = 0;
  }
}
