// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Holds what a client sends while its other side is being opened. Reading has stopped by then, so
 * this is what one socket buffer holds at most.
 */
final class Joining extends ChannelInboundHandlerAdapter {
  private final Channel client;
  private final Queue<Object> early = new ArrayDeque<>();
  private boolean ended;

  /** Stops the client's reading; to be added at the end of its pipeline. */
  Joining(Channel client) {
    this.client = client;
    client.config().setAutoRead(false);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    early.add(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ended = true;
    }
  }

  /** The other side is open: from here on bytes flow. */
  void to(Channel peer) {
    if (!client.isActive()) {
      peer.close();
      return;
    }
    for (Object message = early.poll(); message != null; message = early.poll()) {
      peer.write(message, peer.voidPromise());
    }
    peer.flush();
    client.pipeline().remove(this);
    Relay.join(client, peer, ended);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    early.forEach(ReferenceCountUtil::release);
    early.clear();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
