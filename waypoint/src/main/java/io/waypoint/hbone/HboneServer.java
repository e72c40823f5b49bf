// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.waypoint.identity.Material;
import io.waypoint.identity.PeerVerdict;
import io.waypoint.identity.PeerVerifier;
import io.waypoint.identity.Side;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.refusal.Refusal;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Listens for HBONE: TCP, then mutual TLS, then HTTP/2 whose streams ask with CONNECT. What is
 * accepted appears at the {@link TunnelListener}s of the loop that serves it.
 *
 * <pre>
 *   TCP accept ─► TLS: peer verified, ALPN h2 ─► InboundConnection ─► TunnelAcceptor ─► Doorway ─► listener
 * </pre>
 */
public final class HboneServer {
  /** Drawn so that connections of one age do not all leave at once. */
  private static final double AGE_JITTER = 0.1;

  /**
   * The names of those who take tunnels: servers of Vert.x, or {@link HboneTransport#serve}.
   *
   * @param http1 takes HTTP/1
   * @param http2 takes HTTP/2 with prior knowledge
   * @param raw takes everything else
   */
  public record Listeners(String http1, String http2, String raw) {
    /** Everything to one server. */
    public static Listeners all(String name) {
      return new Listeners(name, name, name);
    }
  }

  /**
   * Looks at the bytes of tunnels to the HTTP/1 server before its codec does.
   *
   * @param scans makes one for a tunnel
   * @param headTimeout from the first byte of a request to the end of its head
   */
  public record HeadScan(Supplier<ByteScan> scans, Duration headTimeout) {}

  private final HboneTransport transport;
  private final Listeners listeners;
  private final Supplier<@Nullable Material> credential;
  private final TunnelAcceptor acceptor;
  private final TunnelPlacement placement;
  private final @Nullable HeadScan scan;
  private final Set<InboundConnection> connections = ConcurrentHashMap.newKeySet();
  private final Map<EventLoop, Doorway> doorways = new ConcurrentHashMap<>();
  private final AtomicLong serials = new AtomicLong();
  private final CompletableFuture<Void> quiet = new CompletableFuture<>();
  private volatile @Nullable Channel socket;
  private volatile boolean draining;

  HboneServer(
      HboneTransport transport,
      Listeners listeners,
      Supplier<@Nullable Material> credential,
      TunnelAcceptor acceptor,
      TunnelPlacement placement,
      @Nullable HeadScan scan) {
    this.transport = transport;
    this.listeners = listeners;
    this.credential = credential;
    this.acceptor = acceptor;
    this.placement = placement;
    this.scan = scan;
  }

  /**
   * Binds; the stage fails when the address is taken.
   *
   * @param credential read at each handshake; null refuses it
   */
  public static CompletionStage<HboneServer> listen(
      HboneTransport transport,
      InetSocketAddress address,
      Listeners listeners,
      Supplier<@Nullable Material> credential,
      TunnelAcceptor acceptor) {
    return listen(transport, address, listeners, credential, acceptor, null);
  }

  /**
   * Binds; the stage fails when the address is taken.
   *
   * @param scan null when what is in the tunnels needs no looking at
   */
  public static CompletionStage<HboneServer> listen(
      HboneTransport transport,
      InetSocketAddress address,
      Listeners listeners,
      Supplier<@Nullable Material> credential,
      TunnelAcceptor acceptor,
      @Nullable HeadScan scan) {
    return new HboneServer(transport, listeners, credential, acceptor, TunnelPlacement.STAY, scan)
        .bind(address);
  }

  CompletionStage<HboneServer> bind(InetSocketAddress address) {
    CompletableFuture<HboneServer> bound = new CompletableFuture<>();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(transport.loops().next(), transport.loops())
            .channelFactory(transport.inetServerChannels())
            .option(ChannelOption.SO_BACKLOG, 4_096)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accepted(channel);
                  }
                });
    var future = bootstrap.bind(address);
    future.addListener(done -> {
      if (done.isSuccess()) {
        socket = future.channel();
        bound.complete(this);
      } else {
        bound.completeExceptionally(done.cause());
      }
    });
    return bound;
  }

  /** Where this server listens, with the actual port. */
  public InetSocketAddress address() {
    return (InetSocketAddress) Objects.requireNonNull(socket).localAddress();
  }

  private void accepted(Channel channel) {
    Material material = credential.get();
    if (material == null || draining) {
      transport.events().refused(Refusal.CONNECT_NOT_READY, channel.remoteAddress(), "");
      channel.close();
      return;
    }
    SslContext context;
    try {
      context = transport.tls().server(material);
    } catch (SSLException e) {
      transport
          .events()
          .refused(Refusal.TLS_HANDSHAKE, channel.remoteAddress(), "our certificate is unusable");
      channel.close();
      return;
    }
    SslHandler tls = context.newHandler(channel.alloc());
    tls.setHandshakeTimeout(
        transport.settings().handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS);
    channel.pipeline().addLast(tls, new Handshake(transport, peer -> open(channel, peer)));
  }

  private void open(Channel channel, Handshake.Peer peer) {
    InboundConnection connection =
        (InboundConnection) InboundConnection.create(this, peer.id(), peer.chain());
    channel.pipeline().addLast(connection);
    if (channel.isActive()) {
      connections.add(connection);
    }
    if (draining) {
      connection.drain();
    }
  }

  // What a connection asks of its server.

  HboneTransport transport() {
    return transport;
  }

  Listeners listeners() {
    return listeners;
  }

  TunnelAcceptor acceptor() {
    return acceptor;
  }

  @Nullable HeadScan scan() {
    return scan;
  }

  TunnelPlacement placement() {
    return placement;
  }

  Doorway doorway(EventLoop loop) {
    return doorways.computeIfAbsent(loop, key -> new Doorway(this, key));
  }

  TunnelPeer peer(InetSocketAddress address, SpiffeId id, @Nullable CharSequence forwarded) {
    return new TunnelPeer(
        address, id, serials.incrementAndGet(), forwarded == null ? null : forwarded.toString());
  }

  long ageLimitMillis() {
    long age = transport.settings().maxConnectionAge().toMillis();
    long spread = (long) (age * AGE_JITTER);
    return age
        - spread
        + Math.floorMod(serials.incrementAndGet() * 0x9E3779B97F4A7C15L, Math.max(1, 2 * spread));
  }

  void closed(InboundConnection connection) {
    connections.remove(connection);
    if (draining && connections.isEmpty()) {
      quiet.complete(null);
    }
  }

  // The end.

  /** Connections that are open. */
  public int connectionCount() {
    return connections.size();
  }

  /** Drains the connections whose peers the present trust bundle no longer verifies. */
  public void reverify() {
    Material material = credential.get();
    if (material == null) {
      return;
    }
    Instant now = transport.tls().now();
    for (InboundConnection connection : connections) {
      X509Certificate[] chain = connection.chain().toArray(X509Certificate[]::new);
      if (PeerVerifier.verify(chain, Side.CLIENT, material.trust(), now)
          instanceof PeerVerdict.Refused refused) {
        transport
            .events()
            .refused(
                refused.refusal(),
                connection.context().channel().remoteAddress(),
                "trust withdrawn");
        connection.context().executor().execute(connection::drain);
      }
    }
  }

  /**
   * Stops accepting and asks one peer after the other to go elsewhere; completes when the last
   * connection has closed. Tunnels in use are not cut, so the caller bounds the wait and then calls
   * {@link #close}.
   *
   * @param over the time by whose end all were asked, so that they do not all come back elsewhere
   *     at once
   */
  public CompletionStage<Void> drain(Duration over) {
    draining = true;
    Channel listening = socket;
    if (listening != null) {
      listening.close();
    }
    List<InboundConnection> leaving = List.copyOf(connections);
    for (int i = 0; i < leaving.size(); i++) {
      InboundConnection connection = leaving.get(i);
      long wait = over.toMillis() * i / leaving.size();
      connection.context().executor().schedule(connection::drain, wait, TimeUnit.MILLISECONDS);
    }
    if (connections.isEmpty()) {
      quiet.complete(null);
    }
    return quiet;
  }

  /** Closes everything now. */
  public void close() {
    drain(Duration.ZERO);
    for (InboundConnection connection : connections) {
      connection.closeNow();
    }
  }
}
