// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One HBONE stream as a Netty channel: DATA frames are its reads and writes, HTTP/2 flow control is
 * its back-pressure.
 *
 * <pre>
 *            outbound: connect()            opened(port)
 *   CREATED ───────────────────► CONNECTING ────────────► ACTIVE ──close()──► CLOSED
 *      └──────────── inbound: accepted(port) ───────────────┘
 * </pre>
 *
 * <p>What arrived is queued until the pipeline reads it, and its credit goes back only then; what
 * the window does not admit stays in the outbound buffer, so {@code isWritable} turns false.
 * END_STREAM is FIN, RST_STREAM is RST, a lost connection is both for all its tunnels.
 */
final class TunnelChannel extends AbstractChannel {
  private enum State {
    CREATED,
    CONNECTING,
    ACTIVE,
    CLOSED
  }

  private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

  private final HboneTransport transport;
  private final TunnelChannelConfig config = new TunnelChannelConfig(this);
  private final TunnelInput input = new TunnelInput(this);
  private final KeptInside kept;
  private volatile State state = State.CREATED;
  private @Nullable SocketAddress local;
  private @Nullable SocketAddress remote;
  private @Nullable StreamPort port;

  /** Set when the tunnel is served on another loop than its connection's. */
  private volatile @Nullable EventLoop home;

  private final Dialling dialling = new Dialling(this);
  private HboneEvents.@Nullable Direction announced;
  private volatile boolean outputShut;

  private TunnelChannel(HboneTransport transport) {
    super(null);
    this.transport = transport;
    this.kept = new KeptInside(transport.unread());
  }

  /** A channel that will dial. */
  static TunnelChannel outbound(HboneTransport transport) {
    return new TunnelChannel(transport);
  }

  /** A channel for a stream that a peer opened; not registered yet. */
  static TunnelChannel inbound(
      HboneTransport transport, StreamPort port, SocketAddress local, SocketAddress remote) {
    TunnelChannel channel = new TunnelChannel(transport);
    channel.port = port;
    channel.local = local;
    channel.remote = remote;
    channel.state = State.ACTIVE;
    return channel;
  }

  // What the stream tells. Called on the stream's loop, which may not be this channel's.

  void received(ByteBuf data, boolean more) {
    if (onAnotherLoop()) {
      onHome(() -> received(data, more));
      return;
    }
    if (state == State.CLOSED) {
      discard(data);
    } else {
      input.received(data, more);
    }
  }

  void receivedEnd() {
    if (onAnotherLoop()) {
      onHome(this::receivedEnd);
      return;
    }
    input.receivedEnd();
  }

  /**
   * The stream is closed in both directions, by the peer, an error, or the end of the connection.
   */
  void streamClosed(@Nullable Throwable cause) {
    if (onAnotherLoop()) {
      onHome(() -> streamClosed(cause));
      return;
    }
    port = ClosedPort.INSTANCE;
    if (state == State.CONNECTING) {
      connectFailed(cause == null ? new IOException("tunnel closed before it was open") : cause);
      return;
    }
    if (!input.hasEnded() || !outputShut) {
      // A direction was cut; whoever still reads or writes has to learn it.
      input.fail(
          cause instanceof IOException io
              ? io
              : new IOException("tunnel closed without end", cause));
    }
    if (input.isWatched()) {
      abandon();
    } else {
      input.deliver();
    }
  }

  void budgetAvailable() {
    if (onAnotherLoop()) {
      onHome(this::budgetAvailable);
      return;
    }
    if (state == State.ACTIVE && isRegistered()) {
      ((TunnelUnsafe) unsafe()).resumeWriting();
    }
  }

  /** The peer has answered our CONNECT with 200. */
  void opened(StreamPort port, SocketAddress local) {
    if (state != State.CONNECTING) {
      port.reset(Http2Error.CANCEL);
      return;
    }
    this.port = port;
    this.local = local;
    state = State.ACTIVE;
    announce(HboneEvents.Direction.OUTBOUND);
    boolean wanted = dialling.succeed();
    pipeline().fireChannelActive();
    if (!wanted) {
      unsafe().close(voidPromise());
    }
  }

  void connectFailed(Throwable cause) {
    dialling.fail(cause);
    unsafe().close(voidPromise());
  }

  /**
   * The CONNECT is on its way; {@code pending} is released if this channel closes before the
   * answer.
   */
  void asking(StreamPort pending) {
    port = pending;
  }

  boolean isConnecting() {
    return state == State.CONNECTING;
  }

  // Before registration: the first bytes decide which server takes the tunnel.

  TunnelInput input() {
    return input;
  }

  /** Ends a tunnel that no server took. */
  void abandon() {
    discardAll();
    Objects.requireNonNull(port).release();
    announceEnd();
  }

  /** The CONNECT was refused: what came with it is of no interest. */
  void discardAll() {
    state = State.CLOSED;
    input.drop();
    input.tellWatcherOfTheEnd();
  }

  // Counting.

  /** This tunnel is open and counts until it is closed. */
  void announce(HboneEvents.Direction direction) {
    announced = direction;
    transport.events().tunnelOpened(direction);
  }

  private void announceEnd() {
    HboneEvents.Direction direction = announced;
    if (direction != null) {
      announced = null;
      transport.events().tunnelClosed(direction);
    }
  }

  // Reading.

  /** Auto-read was switched off: what was asked for and has not arrived is not wanted any more. */
  void forgetRead() {
    if (!isRegistered() || eventLoop().inEventLoop()) {
      input.forgetRead();
    } else {
      eventLoop().execute(input::forgetRead);
    }
  }

  @Override
  protected void doBeginRead() {
    input.read();
  }

  /** Whether our direction can outlive the peer's. */
  boolean outlivesItsInput() {
    return config.isAllowHalfClosure() && port != ClosedPort.INSTANCE;
  }

  /** The pipeline has taken a batch. */
  void taken(int bytes) {
    kept.count(pipeline());
    credit(bytes);
  }

  /** So many bytes are not here any more, so the peer may send as many. */
  void credit(int bytes) {
    transport.unread().add(-bytes);
    StreamPort stream = port;
    if (stream != null) {
      stream.returnCredit(bytes);
    }
  }

  void discard(ByteBuf data) {
    int bytes = data.readableBytes();
    data.release();
    credit(bytes);
  }

  // Writing.

  @Override
  protected Object filterOutboundMessage(Object msg) {
    if (msg instanceof ByteBuf) {
      return msg;
    }
    throw new UnsupportedOperationException(
        "a tunnel carries bytes, not " + msg.getClass().getName());
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer out) {
    StreamPort stream = Objects.requireNonNull(port);
    for (Object msg = out.current(); msg != null; msg = out.current()) {
      ByteBuf data = (ByteBuf) msg;
      int bytes = data.readableBytes();
      int budget = bytes == 0 ? 0 : stream.budget();
      if (bytes > 0 && budget <= 0) {
        stream.awaitBudget();
        break;
      }
      if (bytes <= budget) {
        if (bytes > 0) {
          stream.send(data.retain());
        }
        out.remove();
      } else {
        stream.send(data.retainedSlice(data.readerIndex(), budget));
        out.removeBytes(budget);
      }
    }
    stream.flush();
    kept.count(pipeline());
  }

  /** Sends END_STREAM and goes on reading. */
  void shutdownOutput(ChannelPromise promise) {
    ((TunnelUnsafe) unsafe()).shutdownOutput(promise);
  }

  @Override
  protected void doShutdownOutput() {
    outputShut = true;
    Objects.requireNonNull(port).sendEnd();
  }

  boolean isOutputShutdown() {
    return outputShut;
  }

  // Connecting and closing.

  @Override
  protected void doClose() {
    state = State.CLOSED;
    input.drop();
    kept.forget();
    StreamPort stream = port;
    if (stream != null && config.isResetOnClose()) {
      stream.reset(Http2Error.CONNECT_ERROR);
    } else if (stream != null) {
      stream.release();
    }
    dialling.fail(new ClosedChannelException());
    announceEnd();
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected void doBind(SocketAddress localAddress) {
    // A dialling tunnel has no local port of its own to choose.
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new TunnelUnsafe();
  }

  private final class TunnelUnsafe extends AbstractUnsafe {
    @Override
    public void connect(
        SocketAddress remoteAddress, SocketAddress localAddress, ChannelPromise promise) {
      if (!promise.setUncancellable() || !ensureOpen(promise)) {
        return;
      }
      if (state == State.ACTIVE) {
        promise.tryFailure(new AlreadyConnectedException());
        return;
      }
      if (state == State.CONNECTING) {
        promise.tryFailure(new ConnectionPendingException());
        return;
      }
      state = State.CONNECTING;
      remote = remoteAddress;
      WorkloadAddress workload = (WorkloadAddress) ((MeshSocketAddress) remoteAddress).address();
      dialling.begin(workload, config.getConnectTimeoutMillis(), promise);
      transport.pools().on(eventLoop()).open(workload, TunnelChannel.this);
    }

    void resumeWriting() {
      super.flush0();
    }
  }

  /**
   * Before registration: from now on everything happens on {@code loop}, through {@code bridge}.
   */
  void moveTo(EventLoop loop, StreamPort bridge) {
    port = bridge;
    home = loop;
  }

  private boolean onAnotherLoop() {
    return home != null && !home.inEventLoop();
  }

  private void onHome(Runnable task) {
    Objects.requireNonNull(home).execute(task);
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected @Nullable SocketAddress localAddress0() {
    return local;
  }

  @Override
  protected @Nullable SocketAddress remoteAddress0() {
    return remote;
  }

  @Override
  public TunnelChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return state != State.CLOSED;
  }

  @Override
  public boolean isActive() {
    return state == State.ACTIVE;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }
}
