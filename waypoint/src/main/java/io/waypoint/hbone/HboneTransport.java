// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.netty.handler.ssl.SslProvider;
import io.netty.resolver.NoopAddressResolverGroup;
import io.vertx.core.spi.transport.Transport;
import io.waypoint.hbone.coalescing.Arrivals;
import io.waypoint.hbone.coalescing.Coalescing;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The transport that one Vert.x instance runs on: epoll or NIO for inet addresses, and tunnels for
 * the mesh's own addresses. With it a plain {@code HttpServer} listens on a {@link TunnelListener}
 * and a plain {@code HttpClient} dials a {@link WorkloadAddress}; nothing above knows that HBONE
 * exists.
 *
 * <p>This is the only class that speaks Vert.x's transport SPI.
 */
public final class HboneTransport implements Transport {
  private final Transport inet;
  private final HboneSettings settings;
  private final HboneEvents events;
  private final HboneClocks clocks;
  private final TlsContexts tls;
  private final TunnelListeners listeners = new TunnelListeners();
  private final UnreadBytes unread;
  private final OutboundPools pools;
  private final Coalescing coalescing;
  private @Nullable EventLoopGroup loops;
  private volatile @Nullable InetAddress source;

  private HboneTransport(
      Transport inet,
      HboneSettings settings,
      CredentialSource credentials,
      HboneEvents events,
      HboneClocks clocks,
      SslProvider engine) {
    this.inet = inet;
    this.settings = settings;
    this.events = events;
    this.clocks = clocks;
    this.unread = new UnreadBytes(settings.unreadLimit());
    this.tls = new TlsContexts(clocks.wall(), engine);
    this.pools = new OutboundPools(this, credentials);
    this.coalescing = new Coalescing(settings.coalescing(), clocks.nanos(), events::coalescing);
  }

  /**
   * @param credentials the certificates to dial with
   */
  public static HboneTransport create(
      HboneSettings settings,
      CredentialSource credentials,
      HboneEvents events,
      HboneClocks clocks) {
    return create(settings, credentials, events, clocks, TlsContexts.best());
  }

  static HboneTransport create(
      HboneSettings settings,
      CredentialSource credentials,
      HboneEvents events,
      HboneClocks clocks,
      SslProvider engine) {
    return new HboneTransport(
        Machinery.inet().implementation(), settings, credentials, events, clocks, engine);
  }

  /**
   * The argument of {@code VertxBuilder.withTransport}; one transport serves one Vert.x instance.
   */
  public io.vertx.core.transport.Transport forVertx() {
    return new VertxTransport(this);
  }

  /** Has every connection to a workload come from {@code address}: ztunnel's log names us by it. */
  public void dialFrom(InetAddress address) {
    source = address;
  }

  @Nullable InetAddress source() {
    return source;
  }

  /**
   * Opens a connection to be joined to a tunnel, on the calling event loop. The stage fails with an
   * {@code IOException} when the destination cannot be reached in time.
   *
   * @param destination a {@link WorkloadAddress}, or an inet address for a destination outside the
   *     mesh
   */
  public CompletionStage<Uplink> dial(
      io.vertx.core.net.SocketAddress destination, Duration timeout) {
    CompletableFuture<Uplink> dialled = new CompletableFuture<>();
    boolean tunnel = destination instanceof WorkloadAddress;
    RelayHandler keeper = new RelayHandler(new AtomicLong());
    var future =
        new Bootstrap()
            .group(callingLoop())
            .channelFactory(channelFactory(tunnel))
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .option(ChannelOption.AUTO_READ, false)
            .handler(keeper)
            .resolver(NoopAddressResolverGroup.INSTANCE)
            .connect(convert(destination));
    future.addListener(connected -> {
      if (connected.isSuccess()) {
        dialled.complete(new Uplink(future.channel(), keeper));
      } else {
        dialled.completeExceptionally(connected.cause());
      }
    });
    return dialled;
  }

  private EventLoop callingLoop() {
    for (var candidate : loops()) {
      if (candidate.inEventLoop() && candidate instanceof EventLoop loop) {
        return loop;
      }
    }
    throw new IllegalStateException("not on an event loop of this transport");
  }

  /**
   * Serves the tunnels of a name on the calling loop without a server of Vert.x. The stage
   * completes when they are taken.
   */
  public CompletionStage<TunnelService> serve(String name, Newcomers newcomers) {
    CompletableFuture<TunnelService> serving = new CompletableFuture<>();
    EventLoop loop = callingLoop();
    var future =
        new ServerBootstrap()
            .group(loop, loop)
            .channelFactory(serverChannelFactory(true))
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    newcomers.accept(channel);
                  }
                })
            .bind(new MeshSocketAddress(TunnelListener.named(name)));
    future.addListener(bound -> {
      if (bound.isSuccess()) {
        serving.complete(new TunnelService(future.channel()));
      } else {
        serving.completeExceptionally(bound.cause());
      }
    });
    return serving;
  }

  /** Closes idle and new connections to workloads; tunnels in use go on until they end. */
  public void drainOutbound() {
    pools.drain();
  }

  HboneSettings settings() {
    return settings;
  }

  HboneEvents events() {
    return events;
  }

  LongSupplier nanos() {
    return clocks.nanos();
  }

  TlsContexts tls() {
    return tls;
  }

  /** Where the messages of an event loop are counted. */
  Arrivals arrivals(EventLoop loop) {
    return coalescing.on(loop);
  }

  TunnelListeners listeners() {
    return listeners;
  }

  UnreadBytes unread() {
    return unread;
  }

  OutboundPools pools() {
    return pools;
  }

  /** The I/O loops of the Vert.x instance that runs on this transport. */
  EventLoopGroup loops() {
    return Objects.requireNonNull(loops, "Vert.x has not been built on this transport yet");
  }

  ChannelFactory<? extends ServerChannel> inetServerChannels() {
    return inet.serverChannelFactory(false);
  }

  ChannelFactory<? extends Channel> inetChannels() {
    return inet.channelFactory(false);
  }

  @Override
  public boolean supportsDomainSockets() {
    return true;
  }

  @Override
  public SocketAddress convert(io.vertx.core.net.SocketAddress address) {
    return address.isDomainSocket() ? new MeshSocketAddress(address) : inet.convert(address);
  }

  @Override
  public io.vertx.core.net.SocketAddress convert(SocketAddress address) {
    return address instanceof MeshSocketAddress mesh ? mesh.address() : inet.convert(address);
  }

  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    return domainSocket ? () -> TunnelChannel.outbound(this) : inet.channelFactory(false);
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return domainSocket
        ? () -> new TunnelServerChannel(listeners)
        : inet.serverChannelFactory(false);
  }

  @Override
  public IoHandlerFactory ioHandlerFactory() {
    return coalescing.over(inet.ioHandlerFactory());
  }

  @Override
  public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
    if (type == IO_EVENT_LOOP_GROUP) {
      if (loops != null) {
        throw new IllegalStateException("one HboneTransport serves one Vert.x instance");
      }
      loops = new MultiThreadIoEventLoopGroup(threads, factory, ioHandlerFactory());
      return loops;
    }
    return new AcceptorLoops(loops(), inet.eventLoopGroup(type, threads, factory, ioRatio));
  }

  @Override
  public DatagramChannel datagramChannel() {
    return inet.datagramChannel();
  }

  @Override
  @SuppressWarnings("deprecation")
  public DatagramChannel datagramChannel(InternetProtocolFamily family) {
    return inet.datagramChannel(family);
  }

  private record VertxTransport(HboneTransport transport)
      implements io.vertx.core.transport.Transport {
    @Override
    public String name() {
      return "hbone";
    }

    @Override
    public boolean available() {
      return true;
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
      return null;
    }

    @Override
    public Transport implementation() {
      return transport;
    }
  }
}
