// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.ScheduledFuture;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.refusal.Refusal;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection that a ztunnel opened to us: each stream asks with CONNECT, and becomes a tunnel
 * when the acceptor says so.
 */
final class InboundConnection extends HboneConnection {
  private static final String CONNECT = "CONNECT";
  private static final long PONG_SECONDS = 5;

  /** Each costs an entry of its own however short it is. */
  private static final int MOST_FIELDS = 100;

  private final HboneServer server;
  private final SpiffeId peer;
  private final List<X509Certificate> chain;
  private @Nullable ScheduledFuture<?> ageLimit;
  private @Nullable ScheduledFuture<?> idleLimit;
  private boolean used;
  private boolean draining;
  private boolean lastWord;

  private InboundConnection(
      HboneServer server,
      SpiffeId peer,
      List<X509Certificate> chain,
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings) {
    super(server.transport(), decoder, encoder, settings);
    this.server = server;
    this.peer = peer;
    this.chain = chain;
  }

  static HboneConnection create(HboneServer server, SpiffeId peer, List<X509Certificate> chain) {
    return HboneCodec.build(
        server.transport().settings(),
        true,
        (decoder, encoder, settings) ->
            new InboundConnection(server, peer, chain, decoder, encoder, settings));
  }

  List<X509Certificate> chain() {
    return chain;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    super.handlerAdded(ctx);
    transport.events().connectionOpened(HboneEvents.Direction.INBOUND);
    long age = server.ageLimitMillis();
    ageLimit = ctx.executor().schedule(this::drain, age, TimeUnit.MILLISECONDS);
    long idle = transport.settings().inboundIdle().toMillis();
    idleLimit =
        ctx.executor().scheduleAtFixedRate(this::leaveIfIdle, idle, idle, TimeUnit.MILLISECONDS);
  }

  /** Between one and two idle times after the last tunnel. */
  private void leaveIfIdle() {
    if (!used && connection().numActiveStreams() == 0) {
      drain();
    }
    used = false;
  }

  @Override
  void onClosed() {
    if (ageLimit != null) {
      ageLimit.cancel(false);
    }
    if (idleLimit != null) {
      idleLimit.cancel(false);
    }
    transport.events().connectionClosed(HboneEvents.Direction.INBOUND);
    server.closed(this);
  }

  // CONNECT.

  @Override
  void onHeaders(int streamId, Http2Headers headers, boolean end) throws Http2Exception {
    Http2Stream stream = connection().stream(streamId);
    if (stream == null) {
      return;
    }
    if (stream.isHeadersSent() || tunnel(stream) != null) {
      // A tunnel carries bytes; there are no trailers to a CONNECT (RFC 9113 section 8.5).
      throw Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, "no second HEADERS");
    }
    ConnectAnswer.@Nullable Refuse malformed = check(headers);
    TunnelTarget target = malformed == null ? ConnectAuthority.parse(headers.authority()) : null;
    if (malformed != null || target == null) {
      refuse(
          stream,
          malformed != null ? malformed : new ConnectAnswer.Refuse(400, Refusal.CONNECT_AUTHORITY));
      return;
    }
    ask(stream, new Connect(server.peer(address(), peer, headers.get("forwarded")), target), end);
  }

  private static ConnectAnswer.@Nullable Refuse check(Http2Headers headers) {
    if (headers.size() > MOST_FIELDS) {
      return new ConnectAnswer.Refuse(431, Refusal.CONNECT_FIELDS);
    }
    if (headers.method() == null || !CONNECT.contentEquals(headers.method())) {
      return new ConnectAnswer.Refuse(400, Refusal.CONNECT_METHOD);
    }
    boolean more =
        headers.path() != null || headers.scheme() != null || headers.contains(":protocol");
    if (more || headers.authority() == null) {
      return new ConnectAnswer.Refuse(400, Refusal.CONNECT_PSEUDO_HEADERS);
    }
    return null;
  }

  private void ask(Http2Stream stream, Connect connect, boolean end) {
    used = true;
    // Bytes that follow at once wait in the channel's queue until the answer.
    TunnelStream tunnel = bind(stream);
    TunnelChannel channel =
        TunnelChannel.inbound(
            transport,
            tunnel,
            new MeshSocketAddress(connect.target()),
            new MeshSocketAddress(connect.peer()));
    channel.input().watch(() -> {});
    tunnel.attach(channel);
    tunnel.asked();
    if (end) {
      channel.receivedEnd();
    }
    Question question = new Question(connect, stream, tunnel, channel);
    long millis = transport.settings().answerTimeout().toMillis();
    question.deadline =
        context()
            .executor()
            .schedule(
                () -> question.answer(new ConnectAnswer.Refuse(503, Refusal.CONNECT_TIMEOUT)),
                millis,
                TimeUnit.MILLISECONDS);
    try {
      server.acceptor().accept(connect, question::answerFromAnywhere);
    } catch (RuntimeException e) {
      question.answer(new ConnectAnswer.Refuse(503, Refusal.CONNECT_UNREACHABLE));
    }
  }

  /** One CONNECT between its arrival and its answer; the first answer counts. */
  private final class Question {
    private final Connect connect;
    private final Http2Stream stream;
    private final TunnelStream tunnel;
    private final TunnelChannel channel;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean answered;

    Question(Connect connect, Http2Stream stream, TunnelStream tunnel, TunnelChannel channel) {
      this.connect = connect;
      this.stream = stream;
      this.tunnel = tunnel;
      this.channel = channel;
    }

    void answerFromAnywhere(ConnectAnswer answer) {
      var loop = context().executor();
      if (loop.inEventLoop()) {
        answer(answer);
      } else {
        loop.execute(() -> answer(answer));
      }
    }

    void answer(ConnectAnswer answer) {
      if (answered) {
        if (answer instanceof ConnectAnswer.Relay(Uplink late)) {
          late.close();
        }
        return;
      }
      answered = true;
      if (deadline != null) {
        deadline.cancel(false);
      }
      if (tunnel.channel() == null) {
        if (answer instanceof ConnectAnswer.Relay(Uplink uplink)) {
          uplink.close();
        }
        return;
      }
      switch (answer) {
        case ConnectAnswer.Refuse refuse -> {
          tunnel.refused();
          channel.discardAll();
          refuse(stream, refuse);
        }
        case ConnectAnswer.Accept(var inner) -> {
          writeStatus(stream, "200", false);
          channel.announce(HboneEvents.Direction.INBOUND);
          doorway().admit(connect, tunnel, channel, inner);
        }
        case ConnectAnswer.Relay(Uplink uplink) -> {
          writeStatus(stream, "200", false);
          channel.announce(HboneEvents.Direction.INBOUND);
          doorway().join(channel, uplink);
        }
      }
    }
  }

  private Doorway doorway() {
    return server.doorway(context().channel().eventLoop());
  }

  /**
   * Without content-length, which ztunnel takes for a protocol error; and the stream is over at
   * once, so no slot leaks.
   */
  private void refuse(Http2Stream stream, ConnectAnswer.Refuse refuse) {
    transport.events().refused(refuse.reason(), address(), "");
    writeStatus(stream, Integer.toString(refuse.status()), true);
    reset(stream, Http2Error.NO_ERROR);
  }

  private void writeStatus(Http2Stream stream, String status, boolean end) {
    ChannelHandlerContext ctx = context();
    encoder()
        .writeHeaders(
            ctx,
            stream.id(),
            new DefaultHttp2Headers(false, 4).status(status),
            0,
            end,
            ctx.newPromise());
    flushSoon();
  }

  private InetSocketAddress address() {
    return (InetSocketAddress) context().channel().remoteAddress();
  }

  // Going away.

  /**
   * Asks the peer to go elsewhere: nothing that is open or under way is cut, and the connection
   * closes after its last stream.
   */
  void drain() {
    if (draining || !context().channel().isActive()) {
      return;
    }
    draining = true;
    announceGoAway(this::sayLastWord);
    context().executor().schedule(this::sayLastWord, PONG_SECONDS, TimeUnit.SECONDS);
  }

  private void sayLastWord() {
    if (lastWord || !context().channel().isActive()) {
      return;
    }
    lastWord = true;
    finalGoAway(Http2Error.NO_ERROR).addListener(written -> closeIfQuiet());
  }

  @Override
  void onStreamClosed(Http2Stream stream) {
    if (lastWord) {
      // The stream still counts as active while its listeners are told.
      context().executor().execute(this::closeIfQuiet);
    }
  }

  private void closeIfQuiet() {
    if (connection().numActiveStreams() == 0) {
      closeNow();
    }
  }
}
