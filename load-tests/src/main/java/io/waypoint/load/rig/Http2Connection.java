// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.AsciiString;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connection or tunnel with HTTP/2 in it, and its lanes: each has one call under way at a time.
 */
final class Http2Connection extends Http2EventAdapter {
  private static final AsciiString TE = AsciiString.cached("te");
  private static final AsciiString TRAILERS = AsciiString.cached("trailers");
  private static final AsciiString AUTHORITY = AsciiString.cached("echo.bench");
  private static final AsciiString AGENT = AsciiString.cached("waypoint-bench");

  /** What a call is. */
  enum Form {
    /** Unary gRPC: a message in each direction, and a status behind. */
    GRPC(EchoHttp2.MESSAGE_HEAD),
    /** A GET. */
    PLAIN(0);

    private final int messageHead;

    Form(int messageHead) {
      this.messageHead = messageHead;
    }
  }

  private final Channel channel;
  private final Form form;
  private final Requests requests;
  private final Lane.Turn turn;
  private final Http2ConnectionHandler handler;
  private final Map<Integer, Call> calls = new HashMap<>();
  private final CharSequence wanted;
  private boolean closed;
  private int nextStream = 1;

  /** A lane: room for one call. */
  final class Call extends Lane {
    private long received;
    private @Nullable String problem;

    @Override
    void send() {
      Http2Connection.this.send(this);
    }

    @Override
    void close() {
      closed = true;
      channel.close();
    }
  }

  Http2Connection(Channel channel, Form form, Requests requests, Lane.Turn turn) {
    this.channel = channel;
    this.form = form;
    this.requests = requests;
    this.turn = turn;
    this.wanted = AsciiString.of(Integer.toString(requests.load().responseBytes()));
    this.handler =
        new Http2ConnectionHandlerBuilder()
            .server(false)
            .frameListener(this)
            .validateHeaders(false)
            .decoderEnforceMaxRstFramesPerWindow(0, 0)
            .initialSettings(
                new Http2Settings().pushEnabled(false).initialWindowSize(EchoHttp2.WINDOW))
            .build();
    channel.closeFuture().addListener(done -> lost("connection lost"));
  }

  /** Speaks HTTP/2; to be put behind whatever is in the channel. */
  ChannelHandler handler() {
    return handler;
  }

  Lane lane() {
    return new Call();
  }

  private void send(Call call) {
    ChannelHandlerContext ctx = channel.pipeline().context(handler);
    int stream = nextStream;
    nextStream += 2;
    calls.put(stream, call);
    call.received = 0;
    call.problem = null;
    handler.encoder().writeHeaders(ctx, stream, head(), 0, form == Form.PLAIN, ctx.newPromise());
    if (form == Form.GRPC) {
      message(ctx, stream);
    }
    handler.flush(ctx);
  }

  private Http2Headers head() {
    Http2Headers head =
        new DefaultHttp2Headers(false)
            .method(form == Form.PLAIN ? "GET" : "POST")
            .scheme(form == Form.PLAIN ? "https" : "http")
            .path(requests.nextPath())
            .authority(AUTHORITY)
            .set("user-agent", AGENT)
            .set(EchoHttp2.WANTED, wanted);
    return form == Form.PLAIN
        ? head.set("accept", "*/*")
        : head.set(EchoHttp2.CONTENT_TYPE, EchoHttp2.GRPC).set(TE, TRAILERS);
  }

  private void message(ChannelHandlerContext ctx, int stream) {
    int length = requests.load().requestBytes();
    ByteBuf message = ctx.alloc().directBuffer(EchoHttp2.MESSAGE_HEAD + length);
    message.writeByte(0).writeInt(length);
    for (int offset = 0; offset < length; ) {
      ByteBuf next = Payload.slice(offset, length - offset);
      offset += next.readableBytes();
      message.writeBytes(next);
    }
    handler.encoder().writeData(ctx, stream, message, 0, true, ctx.newPromise());
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
    Call call = calls.get(stream);
    if (call == null) {
      return;
    }
    if (headers.status() != null && !"200".contentEquals(headers.status())) {
      call.problem = "status " + headers.status();
    }
    CharSequence code = headers.get(EchoHttp2.GRPC_STATUS);
    if (code != null && !"0".contentEquals(code)) {
      call.problem = "grpc-status " + code;
    }
    if (end) {
      ended(stream, call);
    }
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext ctx, int stream, ByteBuf data, int padding, boolean end) {
    int taken = data.readableBytes() + padding;
    Call call = calls.get(stream);
    if (call != null) {
      int head = form.messageHead;
      boolean first = call.received == 0 && data.readableBytes() >= head;
      ByteBuf body =
          first ? data.slice(data.readerIndex() + head, data.readableBytes() - head) : data;
      long offset = first ? 0 : call.received - head;
      if (call.problem == null && offset >= 0 && !Payload.matches(body, offset)) {
        call.problem = "wrong bytes";
      }
      call.received += data.readableBytes();
      if (end) {
        ended(stream, call);
      }
    }
    return taken;
  }

  private void ended(int stream, Call call) {
    calls.remove(stream);
    long length = call.received - form.messageHead;
    if (call.problem == null && length != requests.load().responseBytes()) {
      call.problem = "wrong length";
    }
    turn.ended(call, call.problem, Math.max(0, length));
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext ctx, int stream, long errorCode) {
    Call call = calls.remove(stream);
    if (call != null) {
      turn.ended(call, "reset " + errorCode, 0);
    }
  }

  @Override
  public void onGoAwayRead(ChannelHandlerContext ctx, int last, long errorCode, ByteBuf data) {
    lost("connection told to go away");
  }

  private void lost(String how) {
    if (!closed) {
      Map<Integer, Call> lost = Map.copyOf(calls);
      calls.clear();
      lost.values().forEach(call -> turn.broken(call, how, true));
    }
  }
}
