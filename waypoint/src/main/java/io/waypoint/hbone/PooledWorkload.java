// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import io.waypoint.identity.Material;
import io.waypoint.refusal.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one loop to one workload with one certificate of ours. Never shared between
 * identities: the key of the pool holds theirs and ours.
 */
final class PooledWorkload {
  private static final int MOST_WAITING = 1_024;

  private final HboneTransport transport;
  private final EventLoop loop;
  private final WorkloadAddress workload;
  private final CredentialSource credentials;
  private final Consumer<PooledWorkload> onEmpty;
  private final List<OutboundConnection> connections = new ArrayList<>();
  private final ArrayDeque<OpenRequest> waiting = new ArrayDeque<>();
  private int dialling;
  private @Nullable ScheduledFuture<?> idle;

  PooledWorkload(
      HboneTransport transport,
      EventLoop loop,
      WorkloadAddress workload,
      CredentialSource credentials,
      Consumer<PooledWorkload> onEmpty) {
    this.transport = transport;
    this.loop = loop;
    this.workload = workload;
    this.credentials = credentials;
    this.onEmpty = onEmpty;
  }

  HboneTransport transport() {
    return transport;
  }

  void open(OpenRequest request) {
    if (waiting.size() >= MOST_WAITING) {
      request.channel.connectFailed(
          new ConnectRefusedException(
              Refusal.CONNECT_UNREACHABLE, "too many tunnels wait for " + workload.hbone()));
      return;
    }
    waiting.add(request);
    serve();
  }

  /** A request whose connection did not work out. */
  void again(OpenRequest request) {
    open(request);
  }

  private void serve() {
    while (!waiting.isEmpty()) {
      OpenRequest request = waiting.peek();
      if (!request.isWanted()) {
        waiting.remove();
        continue;
      }
      OutboundConnection connection = withRoom(request);
      if (connection == null) {
        if (waiting.size() > dialling * transport.settings().poolStreams() && !takesNone(request)) {
          dial();
        }
        return;
      }
      waiting.remove();
      connection.open(request);
    }
    watchIdle();
  }

  private @Nullable OutboundConnection withRoom(OpenRequest request) {
    for (OutboundConnection connection : connections) {
      if (connection.hasRoom() && !connection.equals(request.refusedBy)) {
        return connection;
      }
    }
    return null;
  }

  /**
   * Whether an unused connection has no room: a peer that admits no stream at all would not admit
   * one on the next connection either.
   */
  private boolean takesNone(OpenRequest request) {
    for (OutboundConnection connection : connections) {
      if (connection.isQuiet() && !connection.equals(request.refusedBy)) {
        return true;
      }
    }
    return false;
  }

  private void dial() {
    Material material = credentials.material(workload.credential());
    if (material == null) {
      failAll(Refusal.CONNECT_NOT_READY, "no certificate to show");
      return;
    }
    SslContext context;
    try {
      context = transport.tls().client(material, workload.identity());
    } catch (SSLException e) {
      failAll(Refusal.TLS_HANDSHAKE, "our certificate is unusable");
      return;
    }
    dialling++;
    Dial dial = new Dial(context);
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(transport.inetChannels())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) transport.settings().tcpTimeout().toMillis())
            .handler(dial);
    var source = transport.source();
    if (source != null) {
      bootstrap.localAddress(source, 0);
    }
    bootstrap
        .connect(workload.hbone())
        .addListener(connected -> {
          if (!connected.isSuccess()) {
            dial.failed(
                Refusal.CONNECT_UNREACHABLE, String.valueOf(connected.cause().getMessage()));
          }
        });
  }

  /** From the TCP connection to the peer's SETTINGS. */
  private final class Dial extends ChannelInitializer<Channel> {
    private final SslContext context;
    private @Nullable OutboundConnection connection;
    private boolean settled;

    Dial(SslContext context) {
      this.context = context;
    }

    @Override
    protected void initChannel(Channel channel) {
      SslHandler tls = context.newHandler(channel.alloc());
      tls.setHandshakeTimeout(
          transport.settings().handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS);
      Handshake handshake = new Handshake(transport, peer -> secured(channel));
      channel.pipeline().addLast(tls, handshake);
      long millis = transport.settings().connectTimeout().toMillis();
      var deadline = loop.schedule(() -> expire(channel), millis, TimeUnit.MILLISECONDS);
      channel
          .closeFuture()
          .addListener(closed -> {
            deadline.cancel(false);
            Refusal reason = handshake.refusal();
            failed(
                reason == null ? Refusal.CONNECT_UNREACHABLE : reason,
                workload.hbone() + " closed before its SETTINGS");
          });
    }

    private void secured(Channel channel) {
      OutboundConnection made = OutboundConnection.create(PooledWorkload.this);
      connection = made;
      made.onReady(this::ready);
      channel.pipeline().addLast(made);
    }

    private void ready() {
      if (!settled) {
        settled = true;
        dialling--;
      }
    }

    private void expire(Channel channel) {
      if (!settled) {
        channel.close();
      }
    }

    void failed(Refusal reason, String detail) {
      if (settled) {
        return;
      }
      settled = true;
      dialling--;
      if (connection != null) {
        connections.remove(connection);
      }
      if (dialling == 0) {
        // Also when older connections live: they are full, and to dial on and on helps nobody.
        failAll(reason, detail);
      }
    }
  }

  void ready(OutboundConnection connection) {
    connections.add(connection);
    serve();
  }

  void roomIn(OutboundConnection connection) {
    serve();
  }

  void leaving(OutboundConnection connection) {
    connections.remove(connection);
    loop.execute(this::serve);
  }

  void closed(OutboundConnection connection) {
    connections.remove(connection);
    loop.execute(this::serve);
    forgetIfEmpty();
  }

  private void failAll(Refusal reason, String detail) {
    List<OpenRequest> failing = List.copyOf(waiting);
    waiting.clear();
    for (OpenRequest request : failing) {
      request.settle();
      if (request.isWanted()) {
        request.channel.connectFailed(new ConnectRefusedException(reason, detail));
      }
    }
    forgetIfEmpty();
  }

  private void forgetIfEmpty() {
    if (connections.isEmpty() && waiting.isEmpty() && dialling == 0) {
      if (idle != null) {
        idle.cancel(false);
        idle = null;
      }
      onEmpty.accept(this);
    }
  }

  private void watchIdle() {
    if (idle == null && !connections.isEmpty()) {
      long millis = transport.settings().poolIdle().toMillis();
      idle = loop.schedule(this::closeIdle, millis, TimeUnit.MILLISECONDS);
    }
  }

  private void closeIdle() {
    idle = null;
    for (OutboundConnection connection : List.copyOf(connections)) {
      if (connection.isQuietFor(transport.settings().poolIdle())) {
        connection.leave();
      }
    }
    watchIdle();
  }

  void drain() {
    for (OutboundConnection connection : List.copyOf(connections)) {
      connection.leave();
    }
  }
}
