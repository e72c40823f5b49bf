// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/** A tunnel with HTTP/1.1 in it. */
final class Http1Lane extends Lane {
  /** Of how many answers one is compared byte by byte; the length of all is. */
  private static final int CHECKED = 64;

  private final Channel channel;
  private final Requests requests;
  private final Turn turn;
  private ByteBuf held = Unpooled.EMPTY_BUFFER;
  private boolean underWay;
  private boolean inBody;
  private boolean checking;
  private long length;
  private long received;
  private @Nullable String problem;
  private long answers;
  private int toSend;
  private boolean closed;

  Http1Lane(Channel channel, Requests requests, Turn turn) {
    this.channel = channel;
    this.requests = requests;
    this.turn = turn;
    channel.pipeline().addLast(new Answers());
    channel.config().setAutoRead(true);
  }

  @Override
  void send() {
    underWay = true;
    problem = null;
    toSend = requests.load().requestBytes();
    channel.write(requests.nextHead(), channel.voidPromise());
    pump();
  }

  private void pump() {
    while (toSend > 0 && channel.isWritable()) {
      ByteBuf next = Payload.slice(requests.load().requestBytes() - toSend, toSend);
      toSend -= next.readableBytes();
      channel.write(next, channel.voidPromise());
    }
    channel.flush();
  }

  @Override
  void close() {
    closed = true;
    channel.close();
  }

  private void read(ChannelHandlerContext ctx, ByteBuf data) {
    held =
        held.isReadable()
            ? ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, data)
            : replaced(data);
    while (held.isReadable() && step()) {
      // Head, then body, then perhaps an answer that nobody asked for.
    }
    if (!held.isReadable()) {
      replaced(Unpooled.EMPTY_BUFFER);
    }
  }

  private ByteBuf replaced(ByteBuf by) {
    held.release();
    held = by;
    return by;
  }

  /** False when more must arrive first. */
  private boolean step() {
    if (!inBody) {
      int end = HttpHead.end(held);
      if (end < 0) {
        return false;
      }
      head(end);
    }
    int taken = (int) Math.min(length - received, held.readableBytes());
    if (checking
        && problem == null
        && !Payload.matches(held.slice(held.readerIndex(), taken), received)) {
      problem = "wrong bytes";
    }
    held.skipBytes(taken);
    received += taken;
    if (received < length) {
      return false;
    }
    inBody = false;
    underWay = false;
    turn.ended(this, problem, received);
    return true;
  }

  private void head(int end) {
    int status = HttpHead.status(held);
    length = HttpHead.number(held, end, EchoHttp1.CONTENT_LENGTH);
    if (status != 200) {
      problem = "status " + status;
    } else if (!underWay) {
      problem = "answer without request";
    } else if (length != requests.load().responseBytes()) {
      problem = "wrong length";
    }
    length = Math.max(0, length);
    checking = problem == null && answers++ % CHECKED == 0;
    received = 0;
    inBody = true;
    held.readerIndex(end);
  }

  private final class Answers extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      read(ctx, (ByteBuf) message);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      if (toSend > 0) {
        pump();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      replaced(Unpooled.EMPTY_BUFFER);
      if (!closed) {
        turn.broken(Http1Lane.this, "connection lost", underWay);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
