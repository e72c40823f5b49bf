// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;

/**
 * The cheapest HTTP/1.1 server that is still one: reads requests with a length, answers each with
 * as many bytes of {@link Payload} as its field {@code x-response-bytes} asks for.
 */
final class EchoHttp1 extends ChannelInboundHandlerAdapter {
  static final byte[] CONTENT_LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] WANTED = "x-response-bytes:".getBytes(StandardCharsets.US_ASCII);

  private final Behaviour behaviour;
  private final byte[] head;
  private ByteBuf held = Unpooled.EMPTY_BUFFER;
  private long bodyToCome;
  private long wanted;
  private boolean inBody;
  private long sent;
  private long toSend;

  EchoHttp1(String name, Behaviour behaviour) {
    this.behaviour = behaviour;
    this.head =
        ("HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\nx-backend: "
                + name
                + "\r\ncontent-length: ")
            .getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf data = (ByteBuf) message;
    held =
        held.isReadable()
            ? ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, data)
            : replaced(data);
    while (held.isReadable() && step(ctx)) {
      // One request after the other.
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
  private boolean step(ChannelHandlerContext ctx) {
    if (!inBody) {
      int end = HttpHead.end(held);
      if (end < 0) {
        return false;
      }
      bodyToCome = Math.max(0, HttpHead.number(held, end, CONTENT_LENGTH));
      wanted = Math.max(0, HttpHead.number(held, end, WANTED));
      held.readerIndex(end);
      inBody = true;
    }
    int taken = (int) Math.min(bodyToCome, held.readableBytes());
    held.skipBytes(taken);
    bodyToCome -= taken;
    if (bodyToCome > 0) {
      return false;
    }
    inBody = false;
    long length = wanted;
    behaviour.answer(ctx.channel().eventLoop(), () -> answer(ctx, length));
    return true;
  }

  private void answer(ChannelHandlerContext ctx, long length) {
    ByteBuf start = ctx.alloc().directBuffer(256);
    start.writeBytes(head);
    start.writeCharSequence(Long.toString(length), StandardCharsets.US_ASCII);
    start.writeBytes("\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    sent = behaviour.corrupts() ? 1 : 0;
    toSend = length;
    if (length <= 1_024) {
      start.writeBytes(Payload.slice(sent, length));
      toSend = 0;
    }
    ctx.write(start, ctx.voidPromise());
    pump(ctx);
  }

  private void pump(ChannelHandlerContext ctx) {
    while (toSend > 0 && ctx.channel().isWritable()) {
      ByteBuf next = Payload.slice(sent, toSend);
      sent += next.readableBytes();
      toSend -= next.readableBytes();
      ctx.write(next, ctx.voidPromise());
    }
    ctx.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (toSend > 0) {
      pump(ctx);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ReferenceCountUtil.release(held);
    held = Unpooled.EMPTY_BUFFER;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
