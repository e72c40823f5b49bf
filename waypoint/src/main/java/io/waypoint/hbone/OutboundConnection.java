// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.waypoint.refusal.Refusal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection that we opened to a workload's ztunnel: each tunnel is a CONNECT of ours. */
final class OutboundConnection extends HboneConnection {
  private static final int MOST_ATTEMPTS = 3;

  private final PooledWorkload pool;
  private final IntObjectMap<OpenRequest> asked = new IntObjectHashMap<>();
  private boolean ready;
  private boolean leaving;
  private long quietSince;
  private Runnable onReady = () -> {};

  private OutboundConnection(
      PooledWorkload pool,
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings) {
    super(pool.transport(), decoder, encoder, settings);
    this.pool = pool;
  }

  static OutboundConnection create(PooledWorkload pool) {
    return (OutboundConnection)
        HboneCodec.build(
            pool.transport().settings(),
            false,
            (decoder, encoder, settings) ->
                new OutboundConnection(pool, decoder, encoder, settings));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    super.handlerAdded(ctx);
    transport.events().connectionOpened(HboneEvents.Direction.OUTBOUND);
  }

  /** Whether another tunnel fits. */
  boolean hasRoom() {
    int peer = connection().local().maxActiveStreams();
    int most = Math.min(peer, transport.settings().poolStreams());
    return ready
        && !leaving
        && connection().numActiveStreams() < most
        && connection().local().canOpenStream();
  }

  void onReady(Runnable listener) {
    onReady = listener;
  }

  /** Whether it has carried no tunnel for so long. */
  boolean isQuietFor(Duration time) {
    return isQuiet() && transport.nanos().getAsLong() - quietSince >= time.toNanos();
  }

  boolean isQuiet() {
    return connection().numActiveStreams() == 0;
  }

  /**
   * A refused client certificate looks like a finished handshake; only the peer's SETTINGS show
   * that it took ours.
   */
  @Override
  void onSettings(Http2Settings settings) {
    super.onSettings(settings);
    if (!ready) {
      ready = true;
      quietSince = transport.nanos().getAsLong();
      onReady.run();
      pool.ready(this);
    } else {
      // More streams may be admitted than before.
      pool.roomIn(this);
    }
  }

  void open(OpenRequest request) {
    request.attempts++;
    int streamId = connection().local().incrementAndGetNextStreamId();
    if (streamId < 0) {
      leave();
      pool.again(request);
      return;
    }
    Http2Headers headers =
        new DefaultHttp2Headers(false, 4).method("CONNECT").authority(request.workload.authority());
    ChannelHandlerContext ctx = context();
    encoder().writeHeaders(ctx, streamId, headers, 0, false, ctx.newPromise());
    Http2Stream stream = connection().stream(streamId);
    if (stream == null) {
      leave();
      pool.again(request);
      return;
    }
    TunnelStream tunnel = bind(stream);
    asked.put(streamId, request);
    request.channel.asking(new Asking(streamId, stream));
    long millis = transport.settings().answerTimeout().toMillis();
    request.deadline =
        ctx.executor().schedule(() -> expire(streamId, tunnel), millis, TimeUnit.MILLISECONDS);
    flushSoon();
  }

  private void expire(int streamId, TunnelStream tunnel) {
    OpenRequest request = asked.remove(streamId);
    if (request != null) {
      reset(tunnel.stream, Http2Error.CANCEL);
      fail(request, Refusal.CONNECT_TIMEOUT, request.workload.authority());
    }
  }

  @Override
  void onHeaders(int streamId, Http2Headers headers, boolean end) {
    Http2Stream stream = connection().stream(streamId);
    OpenRequest request = asked.get(streamId);
    TunnelStream tunnel = stream == null ? null : tunnel(stream);
    if (stream == null || tunnel == null) {
      return;
    }
    if (request == null) {
      reset(stream, Http2Error.PROTOCOL_ERROR);
      return;
    }
    CharSequence status = headers.status();
    if (status == null) {
      asked.remove(streamId);
      reset(stream, Http2Error.PROTOCOL_ERROR);
      fail(request, Refusal.H2_PROTOCOL, "an answer without status");
    } else if (status.length() == 3 && status.charAt(0) == '1' && !end) {
      // An informational answer precedes the real one.
      return;
    } else if ("200".contentEquals(status)) {
      asked.remove(streamId);
      request.settle();
      tunnel.attach(request.channel);
      request.channel.opened(tunnel, new MeshSocketAddress(request.workload));
      if (end) {
        tunnel.receivedEnd();
      }
    } else {
      asked.remove(streamId);
      reset(stream, Http2Error.CANCEL);
      fail(
          request,
          Refusal.CONNECT_UNREACHABLE,
          request.workload.authority() + " answered " + status);
    }
  }

  /**
   * Before the answer, a refused stream or a lost connection has done nothing: another connection
   * may try.
   */
  @Override
  void onStreamEnded(TunnelStream tunnel, @Nullable Throwable cause) {
    OpenRequest request = asked.remove(tunnel.stream.id());
    if (request == null) {
      super.onStreamEnded(tunnel, cause);
      return;
    }
    boolean untouched =
        cause == null
            || cause instanceof HboneFrames.StreamResetException reset
                && reset.error() == Http2Error.REFUSED_STREAM;
    request.settle();
    if (!request.isWanted()) {
      return;
    }
    if (untouched && request.attempts < MOST_ATTEMPTS) {
      if (cause == null) {
        leaveLater();
      }
      request.refusedBy = this;
      pool.again(request);
    } else {
      fail(request, Refusal.CONNECT_UNREACHABLE, "the connection ended before an answer");
    }
  }

  private static void fail(OpenRequest request, Refusal reason, String detail) {
    request.settle();
    if (request.isWanted()) {
      request.channel.connectFailed(new ConnectRefusedException(reason, detail));
    }
  }

  @Override
  void onGoAway(int lastStreamId) {
    leave();
  }

  /** Takes no more tunnels and closes after the last. */
  void leave() {
    leaveLater();
    closeIfQuiet();
  }

  private void leaveLater() {
    if (!leaving) {
      leaving = true;
      pool.leaving(this);
    }
  }

  @Override
  void onStreamClosed(Http2Stream stream) {
    // The stream still counts as active while its listeners are told.
    context().executor().execute(this::roomAgain);
  }

  private void roomAgain() {
    if (isQuiet()) {
      quietSince = transport.nanos().getAsLong();
    }
    if (leaving) {
      closeIfQuiet();
    } else {
      pool.roomIn(this);
    }
  }

  private void closeIfQuiet() {
    if (isQuiet() && context().channel().isActive()) {
      closeNow();
    }
  }

  @Override
  void onClosed() {
    leaving = true;
    transport.events().connectionClosed(HboneEvents.Direction.OUTBOUND);
    pool.closed(this);
  }

  /** What a channel holds while its CONNECT is unanswered: to let go is to cancel. */
  private final class Asking implements StreamPort {
    private final int streamId;
    private final Http2Stream stream;

    Asking(int streamId, Http2Stream stream) {
      this.streamId = streamId;
      this.stream = stream;
    }

    @Override
    public int budget() {
      return 0;
    }

    @Override
    public void send(ByteBuf data) {
      data.release();
    }

    @Override
    public void awaitBudget() {}

    @Override
    public void flush() {}

    @Override
    public void returnCredit(int bytes) {}

    @Override
    public void sendEnd() {}

    @Override
    public void release() {
      OpenRequest request = asked.remove(streamId);
      if (request != null) {
        request.settle();
        OutboundConnection.this.reset(stream, Http2Error.CANCEL);
      }
    }

    @Override
    public void reset(Http2Error error) {
      release();
    }
  }
}
