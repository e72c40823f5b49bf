// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The end of a connection whose peer broke the rules. Closing at once, with bytes of the peer still
 * unread, makes the kernel reset the connection, and the reset can overtake the GOAWAY that says
 * why. So the peer hears our end first, and what it still sends is read and thrown away: until it
 * ends too, but not for long and not without bound.
 */
final class Farewell extends ChannelInboundHandlerAdapter {
  private static final long MOST_MILLIS = 1_000;
  private static final int MOST_BYTES = 4 * 1024 * 1024;

  private int thrownAway;
  private @Nullable ScheduledFuture<?> limit;

  /** Puts itself before {@code connection}, to which nothing arrives any more. */
  static void begin(ChannelHandlerContext connection) {
    Channel channel = connection.channel();
    if (channel.isActive()) {
      channel.pipeline().addBefore(connection.name(), null, new Farewell());
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    Channel channel = ctx.channel();
    limit = ctx.executor().schedule(() -> channel.close(), MOST_MILLIS, TimeUnit.MILLISECONDS);
    // Reading may be off while the process holds too much unread; this is not kept.
    channel.config().setAutoRead(true);
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null) {
      tls.closeOutbound().addListener(said -> end(channel));
    } else {
      end(channel);
    }
  }

  private static void end(Channel channel) {
    if (channel instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    } else {
      channel.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    thrownAway += msg instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
    ReferenceCountUtil.release(msg);
    if (thrownAway > MOST_BYTES) {
      ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (limit != null) {
      limit.cancel(false);
    }
    ctx.fireChannelInactive();
  }
}
