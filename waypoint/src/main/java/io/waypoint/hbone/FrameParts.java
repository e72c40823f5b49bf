// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.handler.codec.ByteToMessageDecoder;

/**
 * Holds the records that a frame comes in until it is whole. A peer's frames and their headers are
 * never in step with TLS records, so nearly every frame of a large body comes in several: those are
 * linked. Small ones are copied, because a link costs more memory than they do, and whoever sends
 * single bytes would have us keep thousands of links for a frame.
 */
final class FrameParts implements ByteToMessageDecoder.Cumulator {
  static final FrameParts LINKING = new FrameParts();

  /** From here on a part is linked. */
  private static final int LINKED = 4 * 1024;

  /** To as many links a small part is added as well, rather than that all are copied for it. */
  private static final int FEW_LINKS = 16;

  private FrameParts() {}

  @Override
  public ByteBuf cumulate(ByteBufAllocator allocator, ByteBuf held, ByteBuf next) {
    boolean few = held instanceof CompositeByteBuf parts && parts.numComponents() < FEW_LINKS;
    if (few || next.readableBytes() >= LINKED) {
      return ByteToMessageDecoder.COMPOSITE_CUMULATOR.cumulate(allocator, held, next);
    }
    if (held instanceof CompositeByteBuf parts
        && parts.isReadable()
        && parts.writableBytes() < next.readableBytes()) {
      // Else as much again as is held would be allocated.
      parts.capacity(parts.writerIndex() + LINKED);
    }
    return ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, held, next);
  }
}
