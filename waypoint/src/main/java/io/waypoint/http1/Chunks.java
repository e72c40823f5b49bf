// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes what stands around the chunks of a body, in either direction (RFC 9112 section 7.1). */
public final class Chunks {
  private static final byte[] LAST = "0\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private Chunks() {}

  /** The line before a chunk of so many bytes; {@link #end} goes behind it. */
  public static void line(ByteBuf to, int size) {
    int shift = (31 - Integer.numberOfLeadingZeros(size | 1)) / 4 * 4;
    for (; shift >= 0; shift -= 4) {
      to.writeByte(HEX[size >>> shift & 0xf]);
    }
    to.writeShort(Text.CRLF);
  }

  public static void end(ByteBuf to) {
    to.writeShort(Text.CRLF);
  }

  /**
   * The end of a body in chunks.
   *
   * @param trailers null for none
   */
  public static void last(ByteBuf to, @Nullable Fields trailers) {
    to.writeBytes(LAST);
    if (trailers != null) {
      trailers.writeTo(to);
    }
    to.writeShort(Text.CRLF);
  }
}
