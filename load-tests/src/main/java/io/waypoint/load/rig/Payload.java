// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The bytes of every body: the same 64 KiB over and over, which nobody can compress and whoever
 * receives them can check.
 */
final class Payload {
  static final int PERIOD = 64 * 1024;

  private static final byte[] BYTES = new byte[PERIOD];

  static {
    new SplittableRandom(20_261_128).nextBytes(BYTES);
  }

  private Payload() {}

  /** At most {@code length} bytes of a body from {@code offset} on, and not beyond the period. */
  static ByteBuf slice(long offset, long length) {
    int from = (int) (offset % PERIOD);
    return Unpooled.wrappedBuffer(BYTES, from, (int) Math.min(length, PERIOD - from));
  }

  /** Whether the readable bytes are what a body has at {@code offset}. */
  static boolean matches(ByteBuf data, long offset) {
    byte[] got = new byte[data.readableBytes()];
    data.getBytes(data.readerIndex(), got);
    int from = 0;
    while (from < got.length) {
      int at = (int) ((offset + from) % PERIOD);
      int count = Math.min(got.length - from, PERIOD - at);
      if (!Arrays.equals(got, from, from + count, BYTES, at, at + count)) {
        return false;
      }
      from += count;
    }
    return true;
  }
}
