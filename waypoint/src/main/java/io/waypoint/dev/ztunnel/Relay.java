// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;

/**
 * One direction of a byte relay between two channels of one event loop.
 *
 * <pre>
 *   left ── read ──► right.write          as long as right is writable; otherwise left stops reading
 *   left ── FIN  ──► right.shutdownOutput  the other direction goes on
 *   left ── gone ──► right.close           after what was written
 * </pre>
 */
final class Relay extends ChannelInboundHandlerAdapter {
  private final Channel self;
  private final Channel peer;

  private Relay(Channel self, Channel peer) {
    this.self = self;
    this.peer = peer;
  }

  /** Joins two channels that do not read yet; from here on they read by themselves. */
  static void join(Channel left, Channel right) {
    Relay there = new Relay(left, right);
    Relay back = new Relay(right, left);
    left.pipeline().addLast(there);
    right.pipeline().addLast(back);
    if (!left.isActive() || !right.isActive()) {
      left.close();
      right.close();
      return;
    }
    there.endOutputIfEnded();
    back.endOutputIfEnded();
    left.config().setAutoRead(right.isWritable());
    right.config().setAutoRead(left.isWritable());
  }

  /** A FIN may have been seen before the relay was there to hear of it. */
  private void endOutputIfEnded() {
    if (self instanceof DuplexChannel duplex && duplex.isInputShutdown()) {
      endOutput();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    peer.write(message, peer.voidPromise());
    if (!peer.isWritable()) {
      peer.flush();
      self.config().setAutoRead(peer.isWritable());
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    peer.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    peer.config().setAutoRead(self.isWritable());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      endOutput();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (peer.isActive()) {
      peer.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }

  /** What was written before goes out first: the shutdown is queued behind it. */
  private void endOutput() {
    peer.writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(written -> {
          if (peer instanceof DuplexChannel duplex) {
            duplex.shutdownOutput().addListener(ended -> closeWhenBothEnded());
          } else {
            peer.close();
          }
        });
  }

  private void closeWhenBothEnded() {
    if (self instanceof DuplexChannel duplex
        && duplex.isOutputShutdown()
        && peer instanceof DuplexChannel other
        && other.isInputShutdown()) {
      self.close();
      peer.close();
    }
  }
}
