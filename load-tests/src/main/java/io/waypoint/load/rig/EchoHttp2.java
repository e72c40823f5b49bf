// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.AsciiString;

/**
 * A gRPC server of one method: each call is answered with one message of as many bytes as its field
 * {@code x-response-bytes} asks for.
 */
final class EchoHttp2 extends Http2EventAdapter {
  static final AsciiString WANTED = AsciiString.cached("x-response-bytes");
  static final AsciiString GRPC_STATUS = AsciiString.cached("grpc-status");
  static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
  static final AsciiString GRPC = AsciiString.cached("application/grpc");

  /** Flag and length before each message. */
  static final int MESSAGE_HEAD = 5;

  static final int WINDOW = 1024 * 1024;

  private final AsciiString name;
  private final Behaviour behaviour;
  private final java.util.Map<Integer, Integer> wanted = new java.util.HashMap<>();
  private Http2ConnectionHandler handler;

  private EchoHttp2(String name, Behaviour behaviour) {
    this.name = AsciiString.of(name);
    this.behaviour = behaviour;
    this.handler =
        new Http2ConnectionHandlerBuilder()
            .server(true)
            .frameListener(this)
            .validateHeaders(false)
            .decoderEnforceMaxRstFramesPerWindow(0, 0)
            .initialSettings(
                new Http2Settings().maxConcurrentStreams(1_000).initialWindowSize(WINDOW))
            .build();
  }

  static ChannelHandler handler(String name, Behaviour behaviour) {
    return new EchoHttp2(name, behaviour).handler;
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int stream,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean end) {
    onHeadersRead(ctx, stream, headers, padding, end);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx, int stream, Http2Headers headers, int padding, boolean end) {
    CharSequence text = headers.get(WANTED);
    wanted.put(stream, text == null ? 0 : Integer.parseInt(text.toString()));
    if (end) {
      answer(ctx, stream);
    }
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext ctx, int stream, ByteBuf data, int padding, boolean end) {
    if (end) {
      answer(ctx, stream);
    }
    return data.readableBytes() + padding;
  }

  private void answer(ChannelHandlerContext ctx, int stream) {
    Integer length = wanted.remove(stream);
    if (length != null) {
      behaviour.answer(ctx.channel().eventLoop(), () -> send(ctx, stream, length));
    }
  }

  private void send(ChannelHandlerContext ctx, int stream, int length) {
    Http2Headers head =
        new DefaultHttp2Headers(false).status("200").set(CONTENT_TYPE, GRPC).set("x-backend", name);
    handler.encoder().writeHeaders(ctx, stream, head, 0, false, ctx.newPromise());
    ByteBuf message = ctx.alloc().directBuffer(MESSAGE_HEAD + length);
    message.writeByte(0).writeInt(length);
    long offset = behaviour.corrupts() ? 1 : 0;
    for (int left = length; left > 0; ) {
      ByteBuf next = Payload.slice(offset, left);
      left -= next.readableBytes();
      offset += next.readableBytes();
      message.writeBytes(next);
    }
    handler.encoder().writeData(ctx, stream, message, 0, false, ctx.newPromise());
    Http2Headers trailers = new DefaultHttp2Headers(false).set(GRPC_STATUS, "0");
    handler.encoder().writeHeaders(ctx, stream, trailers, 0, true, ctx.newPromise());
    handler.flush(ctx);
  }
}
