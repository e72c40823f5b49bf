// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Tells SOCKS5 (version 5) from plain HTTP (a method's letter) by the first byte, and closes what
 * has not said where it wants to go after ten seconds.
 */
final class FirstByte extends ChannelInboundHandlerAdapter {
  static final long PATIENCE_SECONDS = 10;

  private final Supplier<SocksDialogue> socks;
  private final Function<Channel, Future<Channel>> http;
  private final RefusedCallers refused;

  /**
   * @param http opens a channel to the HTTP front that lives on the same loop and does not read yet
   */
  FirstByte(
      Supplier<SocksDialogue> socks,
      Function<Channel, Future<Channel>> http,
      RefusedCallers refused) {
    this.socks = socks;
    this.http = http;
    this.refused = refused;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context
        .executor()
        .schedule(
            () -> {
              if (!isSettled(context.channel())) {
                context.close();
              }
            },
            PATIENCE_SECONDS,
            TimeUnit.SECONDS);
    context.fireChannelActive();
  }

  /** Said what it wants: from then on the dialling has its own time limit. */
  private static boolean isSettled(Channel client) {
    return client.pipeline().get(Joining.class) != null || Relay.isPartOf(client);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (!bytes.isReadable()) {
      bytes.release();
      return;
    }
    byte first = bytes.getByte(bytes.readerIndex());
    if (first == 5) {
      socks.get().begin(context.pipeline());
      context.fireChannelRead(bytes);
      context.pipeline().remove(this);
    } else if (first >= 'A' && first <= 'Z') {
      handOver(context, bytes);
    } else {
      bytes.release();
      refused.tell("neither SOCKS5 nor HTTP");
      context.close();
    }
  }

  private void handOver(ChannelHandlerContext context, ByteBuf bytes) {
    Joining joining = new Joining(context.channel());
    context.pipeline().addLast(joining);
    context.fireChannelRead(bytes);
    context.pipeline().remove(this);
    http.apply(context.channel())
        .addListener((Future<Channel> opened) -> {
          if (opened.isSuccess()) {
            joining.to(opened.getNow());
          } else {
            context.close();
          }
        });
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
