// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2RemoteFlowController.FlowControlled;

/**
 * Bytes of a tunnel on their way through HTTP/2's flow control, without END_STREAM. A small frame
 * leaves as one buffer, its header in front, and small writes of one turn leave as one frame: what
 * Netty's own encoder makes of a write is a dozen objects and two buffers.
 */
final class DataWrite implements FlowControlled {
  /** RFC 9113 section 4.1. */
  private static final int HEADER = 9;

  /** Up to here a copy costs less than a second buffer does on its way through TLS. */
  private static final int COPIED = 4 * 1024;

  private final WriteTurns turns;
  private final int streamId;
  private final int maxFrame;
  private ByteBuf data;

  /** Whether {@code data} has room for a header in front of its first byte. */
  private boolean roomy;

  /** Takes over the reference to {@code data}. */
  DataWrite(WriteTurns turns, int streamId, int maxFrame, ByteBuf data) {
    this.turns = turns;
    this.streamId = streamId;
    this.maxFrame = maxFrame;
    this.data = data;
    turns.handed(data.readableBytes());
  }

  @Override
  public int size() {
    return data.readableBytes();
  }

  @Override
  public boolean merge(ChannelHandlerContext ctx, FlowControlled next) {
    if (!(next instanceof DataWrite more) || size() + more.size() > COPIED) {
      return false;
    }
    if (!roomy) {
      ByteBuf joined = ctx.alloc().directBuffer(HEADER + COPIED, HEADER + COPIED);
      joined.setIndex(HEADER, HEADER);
      joined.writeBytes(data);
      data.release();
      data = joined;
      roomy = true;
    }
    data.writeBytes(more.data);
    more.data.release();
    return true;
  }

  @Override
  public void write(ChannelHandlerContext ctx, int allowedBytes) {
    int left = Math.min(allowedBytes, size());
    while (left > 0) {
      int bytes = Math.min(left, maxFrame);
      left -= bytes;
      frame(ctx, bytes, turns.written(ctx, bytes));
    }
  }

  private void frame(ChannelHandlerContext ctx, int bytes, ChannelPromise written) {
    if (roomy && bytes == size()) {
      data.readerIndex(data.readerIndex() - HEADER);
      header(data, data.readerIndex(), bytes);
      ctx.write(data, written);
      data = Unpooled.EMPTY_BUFFER;
    } else if (bytes <= COPIED) {
      ByteBuf frame = ctx.alloc().directBuffer(HEADER + bytes, HEADER + bytes);
      header(frame, 0, bytes);
      frame.writerIndex(HEADER).writeBytes(data, bytes);
      ctx.write(frame, written);
    } else {
      ByteBuf head = ctx.alloc().directBuffer(HEADER, HEADER);
      header(head, 0, bytes);
      ctx.write(head.writerIndex(HEADER), ctx.voidPromise());
      ctx.write(data.readRetainedSlice(bytes), written);
    }
  }

  private void header(ByteBuf target, int at, int bytes) {
    target.setMedium(at, bytes);
    target.setByte(at + 3, Http2FrameTypes.DATA);
    target.setByte(at + 4, 0);
    target.setInt(at + 5, streamId);
  }

  @Override
  public void writeComplete() {
    data.release();
  }

  /** The stream is gone before these bytes went out. */
  @Override
  public void error(ChannelHandlerContext ctx, Throwable cause) {
    turns.lost(size());
    data.release();
  }
}
