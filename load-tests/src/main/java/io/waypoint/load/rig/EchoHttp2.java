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
 * A server of HTTP/2 that answers with as many bytes as the field {@code x-response-bytes} asks
 * for: a gRPC call with one message, any other request with a body.
 */
final class EchoHttp2 extends Http2EventAdapter {
  static final AsciiString WANTED = AsciiString.cached("x-response-bytes");
  static final AsciiString GRPC_STATUS = AsciiString.cached("grpc-status");
  static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
  static final AsciiString GRPC = AsciiString.cached("application/grpc");

  /** Flag and length before each message. */
  static final int MESSAGE_HEAD = 5;

  static final int WINDOW = 1024 * 1024;

  private static final AsciiString BYTES = AsciiString.cached("application/octet-stream");

  /** What a stream asked for. */
  private record Asked(int bytes, boolean grpc) {}

  private final AsciiString name;
  private final Behaviour behaviour;
  private final java.util.Map<Integer, Asked> wanted = new java.util.HashMap<>();
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
    CharSequence type = headers.get(CONTENT_TYPE);
    wanted.put(
        stream,
        new Asked(
            text == null ? 0 : Integer.parseInt(text.toString()),
            type != null && GRPC.contentEquals(type)));
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
    Asked asked = wanted.remove(stream);
    if (asked != null) {
      behaviour.answer(ctx.channel().eventLoop(), () -> send(ctx, stream, asked));
    }
  }

  private void send(ChannelHandlerContext ctx, int stream, Asked asked) {
    int length = asked.bytes();
    Http2Headers head =
        new DefaultHttp2Headers(false)
            .status("200")
            .set(CONTENT_TYPE, asked.grpc() ? GRPC : BYTES)
            .set("x-backend", name);
    handler.encoder().writeHeaders(ctx, stream, head, 0, false, ctx.newPromise());
    ByteBuf message = ctx.alloc().directBuffer(MESSAGE_HEAD + length);
    if (asked.grpc()) {
      message.writeByte(0).writeInt(length);
    }
    long offset = behaviour.corrupts() ? 1 : 0;
    for (int left = length; left > 0; ) {
      ByteBuf next = Payload.slice(offset, left);
      left -= next.readableBytes();
      offset += next.readableBytes();
      message.writeBytes(next);
    }
    handler.encoder().writeData(ctx, stream, message, 0, !asked.grpc(), ctx.newPromise());
    if (asked.grpc()) {
      Http2Headers trailers = new DefaultHttp2Headers(false).set(GRPC_STATUS, "0");
      handler.encoder().writeHeaders(ctx, stream, trailers, 0, true, ctx.newPromise());
    }
    handler.flush(ctx);
  }
}
