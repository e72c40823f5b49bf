// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a relay: what is read here is written there; a full buffer there stops the
 * reading here; an end here is an end there, a failure a reset. What arrives before {@link #join}
 * is kept: epoll hands over the last bytes of a peer that hung up even when nobody asked to read.
 */
final class RelayHandler extends ChannelInboundHandlerAdapter {
  private final AtomicLong bytes;
  private final ArrayDeque<ByteBuf> early = new ArrayDeque<>();
  private @Nullable Channel other;
  private boolean inputEnded;
  private boolean closed;
  private boolean failed;

  RelayHandler(AtomicLong bytes) {
    this.bytes = bytes;
  }

  AtomicLong bytes() {
    return bytes;
  }

  void join(Channel channel) {
    other = channel;
    for (ByteBuf data = early.poll(); data != null; data = early.poll()) {
      channel.write(data);
    }
    channel.flush();
    if (closed) {
      close(channel);
    } else if (inputEnded) {
      endOutput(channel);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (!(msg instanceof ByteBuf data)) {
      ReferenceCountUtil.release(msg);
      return;
    }
    bytes.addAndGet(data.readableBytes());
    Channel target = other;
    if (target == null) {
      early.add(data);
      return;
    }
    target.write(data);
    if (!target.isWritable()) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (other != null) {
      other.flush();
    }
  }

  /** This side has room again, so the other may be read again. */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable() && other != null) {
      other.config().setAutoRead(true);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      if (other != null) {
        endOutput(other);
      }
    }
    super.userEventTriggered(ctx, event);
  }

  /** The end follows the last byte: an empty write completes when all before it has been taken. */
  private static void endOutput(Channel channel) {
    channel
        .writeAndFlush(channel.alloc().buffer(0))
        .addListener((ChannelFutureListener) written -> shutdownOutput(written.channel()));
  }

  private static void shutdownOutput(Channel channel) {
    if (channel instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    } else if (channel instanceof TunnelChannel tunnel && tunnel.isOpen()) {
      tunnel.shutdownOutput(tunnel.newPromise());
    }
  }

  private static void endThenClose(Channel channel) {
    channel.writeAndFlush(channel.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closed = true;
    if (other != null) {
      close(other);
    }
  }

  /**
   * A failure on one side must not look like an end on the other: what came is not all there is.
   */
  private void close(Channel channel) {
    if (failed) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.close();
    } else {
      endThenClose(channel);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (other == null) {
      early.forEach(ByteBuf::release);
      early.clear();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failed = true;
    ctx.close();
  }
}
