// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.waypoint.hbone.HalfClosure;

/**
 * A byte relay between two channels of one event loop, each a socket or a tunnel.
 *
 * <pre>
 *   left ── read ──► right.write           as long as right is writable; otherwise left stops reading
 *   left ── FIN  ──► right ends its output the other direction goes on
 *   left ── gone ──► right.close           after what was written
 * </pre>
 */
final class Relay {
  private final Direction there;
  private final Direction back;

  private Relay(Channel left, Channel right) {
    there = new Direction(left, right);
    back = new Direction(right, left);
  }

  /**
   * Joins two channels that do not read yet; from here on they read by themselves.
   *
   * @param leftEnded whether left's input has ended already, before anybody here could see it
   */
  static void join(Channel left, Channel right, boolean leftEnded) {
    if (!left.isActive() || !right.isActive()) {
      left.close();
      right.close();
      return;
    }
    Relay relay = new Relay(left, right);
    left.pipeline().addLast(relay.there);
    right.pipeline().addLast(relay.back);
    if (leftEnded) {
      relay.there.end();
    }
    left.config().setAutoRead(right.isWritable());
    right.config().setAutoRead(left.isWritable());
  }

  static boolean isPartOf(Channel channel) {
    return channel.pipeline().get(Direction.class) != null;
  }

  private void closeIfBothEnded() {
    if (there.ended && back.ended) {
      there.from.close();
      back.from.close();
    }
  }

  private final class Direction extends ChannelInboundHandlerAdapter {
    private final Channel from;
    private final Channel to;
    private boolean ended;

    Direction(Channel from, Channel to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      to.write(message, to.voidPromise());
      if (!to.isWritable()) {
        to.flush();
        from.config().setAutoRead(to.isWritable());
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      to.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      to.config().setAutoRead(from.isWritable());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        end();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (to.isActive()) {
        to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }

    /** The end is queued behind what was written. */
    private void end() {
      to.writeAndFlush(Unpooled.EMPTY_BUFFER)
          .addListener(written ->
              HalfClosure.endOutput(to)
                  .addListener(done -> {
                    ended = true;
                    closeIfBothEnded();
                  }));
    }
  }
}
