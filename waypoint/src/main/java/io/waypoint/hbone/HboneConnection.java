// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.waypoint.hbone.coalescing.Arrivals;
import io.waypoint.refusal.Refusal;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection of HBONE, either side of it: maps frames to the tunnels' streams and back.
 * The two sides differ in who opens streams: {@link InboundConnection} and {@link
 * OutboundConnection}.
 *
 * <p>Writes of all tunnels that happen in one turn of the loop leave in one flush.
 */
abstract class HboneConnection extends Http2ConnectionHandler {
  /** The connection window: so large that 64 tunnels with the default window fit. */
  private static final int CONNECTION_WINDOW = 16 * 1024 * 1024;

  private static final long RELAXED_READ_MILLIS = 10;

  final HboneTransport transport;
  final AbuseGuard guard;
  final FrameParts parts = new FrameParts();
  private Arrivals arrivals = Arrivals.NONE;

  /** Read since the last turn that were messages, and how many messages they were. */
  private int frames;

  private float messages;
  private final Http2Connection.PropertyKey tunnelKey;
  private final WriteTurns turns = new WriteTurns(this);
  private final Keepalive keepalive;
  private @Nullable ChannelHandlerContext context;
  private boolean reading;
  private boolean flushScheduled;
  private @Nullable Runnable onDrainPong;

  HboneConnection(
      HboneTransport transport,
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings) {
    super(decoder, encoder, settings, true);
    this.transport = transport;
    this.tunnelKey = encoder.connection().newKey();
    this.guard = new AbuseGuard(transport.nanos());
    this.keepalive = new Keepalive(this);
    decoder.frameListener(new HboneFrames(this));
    encoder.connection().addListener(new HboneStreams(this));
    setCumulator(parts);
  }

  // The life of the connection.

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    context = ctx;
    arrivals = transport.arrivals(ctx.channel().eventLoop());
    super.handlerAdded(ctx);
    if (ctx.channel().isActive()) {
      Http2Stream whole = connection().connectionStream();
      decoder().flowController().incrementWindowSize(whole, CONNECTION_WINDOW - 65_535);
      keepalive.start(ctx);
      ctx.flush();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    keepalive.stop();
    super.channelInactive(ctx);
    onClosed();
  }

  /** The connection is gone and so are its streams. */
  void onClosed() {}

  /** The peer's SETTINGS have arrived. */
  void onSettings(Http2Settings settings) {
    turns.next();
  }

  /** The peer will take no streams above {@code lastStreamId}. */
  void onGoAway(int lastStreamId) {}

  abstract void onHeaders(int streamId, Http2Headers headers, boolean end) throws Http2Exception;

  /**
   * A tunnel's stream has ended in both directions; {@code cause} is null unless the peer reset it.
   */
  void onStreamEnded(TunnelStream tunnel, @Nullable Throwable cause) {
    tunnel.closed(cause);
  }

  /** A stream, whether it carried a tunnel or not, is gone. */
  void onStreamClosed(Http2Stream stream) {}

  ChannelHandlerContext context() {
    return Objects.requireNonNull(context, "the handler is in no pipeline");
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
    reading = true;
    super.channelRead(ctx, msg);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    reading = false;
    if (frames > 0) {
      arrivals.more(frames - 1, messages - frames);
      frames = 0;
      messages = 0;
    }
    // Flushes what the tunnels wrote while they were read.
    super.channelReadComplete(ctx);
    turns.next();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
    super.channelWritabilityChanged(ctx);
    turns.next();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
    if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
      super.exceptionCaught(ctx, cause);
    } else {
      // A broken socket or a TLS alert; the tunnels learn of it as the connection ends.
      ctx.close();
    }
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      @Nullable Http2Exception http2) {
    if (http2 != null) {
      Refusal reason = cause instanceof AbuseException abuse ? abuse.reason() : Refusal.H2_PROTOCOL;
      transport.events().refused(reason, ctx.channel().remoteAddress(), http2.error().name());
    }
    super.onConnectionError(ctx, outbound, cause, http2);
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException http2) {
    boolean late =
        http2.error() == Http2Error.STREAM_CLOSED && connection().stream(http2.streamId()) == null;
    super.onStreamError(ctx, outbound, cause, http2);
    if (!outbound) {
      try {
        if (late) {
          guard.late();
        } else {
          guard.provokedReset();
        }
      } catch (AbuseException abuse) {
        onConnectionError(ctx, false, abuse, abuse);
      }
    }
  }

  // Streams and tunnels.

  @Nullable TunnelStream tunnel(int streamId) {
    Http2Stream stream = connection().stream(streamId);
    return stream == null ? null : tunnel(stream);
  }

  @Nullable TunnelStream tunnel(Http2Stream stream) {
    return stream.getProperty(tunnelKey);
  }

  TunnelStream bind(Http2Stream stream) {
    TunnelStream tunnel = new TunnelStream(this, stream);
    stream.setProperty(tunnelKey, tunnel);
    return tunnel;
  }

  boolean hasPending(Http2Stream stream) {
    return encoder().flowController().hasFlowControlled(stream);
  }

  int budget(Http2Stream stream, int handed) {
    return Math.min(encoder().flowController().windowSize(stream) - handed, room());
  }

  /** How many bytes the connection takes now, whichever tunnel they are of. */
  int room() {
    if (!context().channel().isWritable()) {
      return 0;
    }
    int window = encoder().flowController().windowSize(connection().connectionStream());
    return Math.min(window, turns.room());
  }

  /**
   * The parts that the DATA frame lies in which has just been read; not retained.
   *
   * @param bytes without padding
   * @param padding with the byte that tells its length (RFC 9113 section 6.1)
   */
  List<ByteBuf> partsOfFrame(int bytes, int padding) {
    ByteBuf held = internalBuffer();
    int trailing = Math.max(0, padding - 1);
    int from = held.readerIndex() - trailing - bytes;
    return held instanceof CompositeByteBuf linked
        ? linked.decompose(from, bytes)
        : List.of(held.slice(from, bytes));
  }

  /** Takes over the reference to {@code data}, which must not be empty. */
  void writeData(TunnelStream tunnel, ByteBuf data) {
    Http2Stream stream = tunnel.stream;
    if (!stream.state().localSideOpen()) {
      data.release();
      return;
    }
    int maxFrame = encoder().configuration().frameSizePolicy().maxFrameSize();
    encoder()
        .flowController()
        .addFlowControlled(stream, new DataWrite(turns, stream.id(), maxFrame, data));
  }

  void writeEnd(TunnelStream tunnel) {
    if (tunnel.stream.state().localSideOpen()) {
      ChannelHandlerContext ctx = context();
      encoder()
          .writeData(ctx, tunnel.stream.id(), Unpooled.EMPTY_BUFFER, 0, true, ctx.newPromise());
    }
    flushSoon();
  }

  void returnCredit(Http2Stream stream, int bytes) {
    try {
      if (decoder().flowController().consumeBytes(stream, bytes)) {
        flushSoon();
      }
    } catch (Http2Exception e) {
      onError(context(), false, e);
    }
  }

  void reset(Http2Stream stream, Http2Error error) {
    ChannelHandlerContext ctx = context();
    resetStream(ctx, stream.id(), error.code(), ctx.newPromise());
    flushSoon();
  }

  /** Waits for the peer's END_STREAM after ours, but not for ever: then the rest is cut off. */
  void linger(TunnelStream tunnel) {
    if (tunnel.stream.state().remoteSideOpen()) {
      long millis = transport.settings().linger().toMillis();
      context().executor().schedule(() -> lingered(tunnel), millis, TimeUnit.MILLISECONDS);
    }
  }

  private void lingered(TunnelStream tunnel) {
    var state = tunnel.stream.state();
    if (state.localSideOpen() && state.remoteSideOpen()) {
      // A slow peer has yet to take what we wrote; a reset now would lose it.
      linger(tunnel);
    } else if (state.remoteSideOpen()) {
      reset(tunnel.stream, Http2Error.CANCEL);
    }
  }

  // Writing when there is room, flushing once a turn.

  WriteTurns turns() {
    return turns;
  }

  void flushSoon() {
    if (!reading && !flushScheduled) {
      flushScheduled = true;
      context().executor().execute(this::flushNow);
    }
  }

  private void flushNow() {
    flushScheduled = false;
    ChannelHandlerContext ctx = context();
    if (!ctx.isRemoved()) {
      flush(ctx);
      turns.next();
    }
  }

  /** Called for each frame of DATA: reads more slowly while the process holds too much unread. */
  void received(TunnelStream tunnel, int bytes) {
    float count = tunnel.frameCount.messages(bytes, arrivals.isGathering());
    if (count > 0) {
      frames++;
      messages += count;
    }
    if (transport.unread().isOverLimit()) {
      var channel = context().channel();
      if (channel.config().isAutoRead()) {
        channel.config().setAutoRead(false);
        context()
            .executor()
            .schedule(
                () -> channel.config().setAutoRead(true),
                RELAXED_READ_MILLIS,
                TimeUnit.MILLISECONDS);
      }
    }
  }

  // PING and GOAWAY.

  void onPong(long payload) {
    if (keepalive.isOurs(payload)) {
      keepalive.answered();
    } else if (payload == Keepalive.DRAIN_PAYLOAD && onDrainPong != null) {
      Runnable then = onDrainPong;
      onDrainPong = null;
      then.run();
    }
  }

  ChannelFuture ping(long payload) {
    ChannelHandlerContext ctx = context();
    ChannelFuture written = encoder().writePing(ctx, false, payload, ctx.newPromise());
    ctx.flush();
    return written;
  }

  /**
   * The first step of going away: no stream id is excluded yet, so that CONNECTs under way are
   * still served; {@code then} runs when the peer has seen it.
   */
  void announceGoAway(Runnable then) {
    ChannelHandlerContext ctx = context();
    onDrainPong = then;
    goAway(
        ctx,
        Integer.MAX_VALUE,
        Http2Error.NO_ERROR.code(),
        Unpooled.EMPTY_BUFFER,
        ctx.newPromise());
    ping(Keepalive.DRAIN_PAYLOAD);
  }

  /** The last step: streams beyond the last one seen are refused. */
  ChannelFuture finalGoAway(Http2Error error) {
    ChannelHandlerContext ctx = context();
    ChannelPromise promise = ctx.newPromise();
    int last = connection().remote().lastStreamCreated();
    ChannelFuture written = goAway(ctx, last, error.code(), Unpooled.EMPTY_BUFFER, promise);
    ctx.flush();
    return written;
  }

  void closeNow() {
    context().channel().close();
  }
}
