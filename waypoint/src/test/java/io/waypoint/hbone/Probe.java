// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The end of a channel's pipeline that writes down what it sees. */
final class Probe extends ChannelInboundHandlerAdapter {
  final Channel channel;

  /** Without locks: event loops are watched for waiting. */
  final BlockingQueue<String> events = new LinkedTransferQueue<>();

  final AtomicLong bytes = new AtomicLong();
  final AtomicLong accepted = new AtomicLong();
  final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final Queue<String> texts = new ConcurrentLinkedQueue<>();
  private volatile int chunk;

  Probe(Channel channel) {
    this.channel = channel;
  }

  static Probe next(BlockingQueue<Probe> probes) {
    return next(probes, "a channel");
  }

  private static <T> T next(BlockingQueue<T> queue, String what) {
    try {
      T next = queue.poll(RawPeer.PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("not in time: " + what);
      }
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for an event, over others. */
  void awaitEvent(String wanted) {
    String event = "";
    while (!event.equals(wanted)) {
      event = next(events, wanted);
    }
  }

  void awaitBytes(long count) {
    HboneRig.eventually(count + " bytes read", () -> bytes.get() >= count);
  }

  String text() {
    return String.join("", texts);
  }

  /** Writes chunks of this size whenever the channel is writable. */
  void flood(int size) {
    chunk = size;
    channel.eventLoop().execute(this::pour);
  }

  private void pour() {
    while (chunk > 0 && channel.isWritable() && channel.isActive()) {
      accepted.addAndGet(chunk);
      channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[chunk]));
    }
  }

  void write(String data) {
    channel.writeAndFlush(Unpooled.copiedBuffer(data, StandardCharsets.ISO_8859_1));
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    events.add("active");
    ctx.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    events.add("inactive");
    ctx.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf data = (ByteBuf) message;
    events.add("read");
    texts.add(new String(ByteBufUtil.getBytes(data), StandardCharsets.ISO_8859_1));
    bytes.addAndGet(data.readableBytes());
    data.release();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    events.add("read complete");
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    events.add(channel.isWritable() ? "writable" : "unwritable");
    pour();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      events.add("input shut down");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failures.add(cause);
    events.add("failure");
  }
}
