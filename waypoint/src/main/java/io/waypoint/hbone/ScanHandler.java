// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands first in the pipeline of a tunnel to an HTTP/1 server and keeps back what {@link ByteScan}
 * has not judged.
 */
final class ScanHandler extends ChannelInboundHandlerAdapter {
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
    if (bytes > 0) {
      // A head that was waited for is whole; what is pending now is another one.
      stopWatching();
    }
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
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (!(event instanceof UpgradeAnswer answer)) {
      ctx.fireUserEventTriggered(event);
      return;
    }
    if (!scan.upgradePending()) {
      return;
    }
    if (answer == UpgradeAnswer.AGREED) {
      scan.opaque();
    } else {
      scan.declined();
    }
    if (held.isReadable()) {
      // Whoever tells this is in the middle of something.
      ctx.executor().execute(() -> releaseHeld(ctx));
    }
  }

  private void releaseHeld(ChannelHandlerContext ctx) {
    if (held.isReadable() && !ctx.isRemoved()) {
      release(ctx);
      ctx.fireChannelReadComplete();
    }
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
