// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands first in the pipeline of a tunnel to an HTTP/1 server and keeps back what {@link ByteScan}
 * has not judged.
 */
final class ScanHandler extends ChannelDuplexHandler {
  private static final byte[] SWITCHING = "HTTP/1.1 101".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] STATUS = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);

  /** What may wait for the answer to an upgrade. */
  private static final int MOST_HELD = 128 * 1024;

  private final ByteScan scan;
  private final Duration headTimeout;
  private ByteBuf held = Unpooled.EMPTY_BUFFER;
  private @Nullable ScheduledFuture<?> deadline;
  private boolean refused;

  ScanHandler(ByteScan scan, Duration headTimeout) {
    this.scan = scan;
    this.headTimeout = headTimeout;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (refused || !(msg instanceof ByteBuf data)) {
      ReferenceCountUtil.release(msg);
      return;
    }
    held =
        held.isReadable()
            ? ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, data)
            : data;
    release(ctx);
  }

  private void release(ChannelHandlerContext ctx) {
    int bytes = scan.feed(held);
    ByteBuf refusal = scan.refusal();
    if (bytes == held.readableBytes()) {
      ByteBuf all = held;
      held = Unpooled.EMPTY_BUFFER;
      pass(ctx, all);
    } else if (bytes > 0) {
      pass(ctx, held.readRetainedSlice(bytes));
    }
    if (refusal != null) {
      refuse(ctx, refusal);
    } else if (held.readableBytes() > MOST_HELD) {
      ctx.close();
    } else {
      watchHead(ctx);
    }
  }

  private static void pass(ChannelHandlerContext ctx, ByteBuf data) {
    if (data.isReadable()) {
      ctx.fireChannelRead(data);
    } else {
      data.release();
    }
  }

  /**
   * The refusal is answered behind the answers to earlier requests; a body that broke off cannot be
   * answered any more.
   */
  private void refuse(ChannelHandlerContext ctx, ByteBuf refusal) {
    refused = true;
    stopWatching();
    dropHeld();
    if (scan.insideMessage()) {
      refusal.release();
      ctx.close();
    } else {
      ctx.fireChannelRead(refusal);
      ctx.fireChannelReadComplete();
    }
  }

  private void watchHead(ChannelHandlerContext ctx) {
    if (!scan.headPending()) {
      stopWatching();
    } else if (deadline == null) {
      deadline =
          ctx.executor().schedule(() -> expire(ctx), headTimeout.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void expire(ChannelHandlerContext ctx) {
    deadline = null;
    if (!refused && !ctx.isRemoved()) {
      refuse(ctx, scan.expired());
    }
  }

  private void stopWatching() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  /** Only after a request for an upgrade: its answer tells whether the protocol changes. */
  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    boolean answered = scan.upgradePending() && msg instanceof ByteBuf data && answersUpgrade(data);
    ctx.write(msg, promise);
    if (answered && held.isReadable()) {
      release(ctx);
      ctx.fireChannelReadComplete();
    }
  }

  private boolean answersUpgrade(ByteBuf data) {
    if (startsWith(data, SWITCHING)) {
      scan.opaque();
      return true;
    }
    boolean interim =
        data.readableBytes() > STATUS.length
            && data.getByte(data.readerIndex() + STATUS.length) == '1';
    if (interim || !startsWith(data, STATUS)) {
      return false;
    }
    scan.declined();
    return true;
  }

  private static boolean startsWith(ByteBuf data, byte[] expected) {
    if (data.readableBytes() < expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (data.getByte(data.readerIndex() + i) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    stopWatching();
    dropHeld();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stopWatching();
    dropHeld();
    ctx.fireChannelInactive();
  }

  private void dropHeld() {
    held.release();
    held = Unpooled.EMPTY_BUFFER;
  }
}
