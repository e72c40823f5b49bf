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
 *
 * <p>A small frame that a record cuts is copied together, with all of the next record: code that
 * reads frames is compiled for the kinds of buffers that it has seen, and linked ones among a
 * connection's small requests would have all of it compiled anew, for more kinds and slower.
 */
final class FrameParts implements ByteToMessageDecoder.Cumulator {
  /** From here on a part is linked. */
  private static final int LINKED = 4 * 1024;

  /** To as many links a small part is added as well, rather than that all are copied for it. */
  private static final int FEW_LINKS = 16;

  /** Whether the frames of this connection are worth links. */
  private boolean large;

  /** Learns the size of each DATA frame. */
  void frame(int bytes) {
    large = bytes >= LINKED;
  }

  @Override
  public ByteBuf cumulate(ByteBufAllocator allocator, ByteBuf held, ByteBuf next) {
    boolean linked = held instanceof CompositeByteBuf;
    boolean few = held instanceof CompositeByteBuf parts && parts.numComponents() < FEW_LINKS;
    boolean worth = linked || large || held.readableBytes() >= LINKED;
    if (few || (worth && next.readableBytes() >= LINKED)) {
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
