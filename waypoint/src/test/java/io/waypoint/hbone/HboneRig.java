// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.waypoint.identity.DevCa;
import io.waypoint.identity.Material;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.refusal.Refusal;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Both ends of HBONE in one process: a listening side and a dialling side, each with a Vert.x of
 * its own.
 */
final class HboneRig implements AutoCloseable {
  static final SpiffeId WAYPOINT = SpiffeId.of("cluster.local", "default", "waypoint");
  static final SpiffeId SLEEP = SpiffeId.of("cluster.local", "default", "sleep");

  /** What the transport reported. */
  static final class Log implements HboneEvents {
    final List<Refusal> refusals = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger openTunnels = new AtomicInteger();
    final AtomicInteger gathered = new AtomicInteger();

    @Override
    public void refused(Refusal reason, @Nullable SocketAddress peer, String detail) {
      refusals.add(reason);
    }

    @Override
    public void connectionOpened(Direction direction) {
      connections.incrementAndGet();
      opened.incrementAndGet();
    }

    @Override
    public void connectionClosed(Direction direction) {
      connections.decrementAndGet();
    }

    @Override
    public void tunnelOpened(Direction direction) {
      openTunnels.incrementAndGet();
    }

    @Override
    public void tunnelClosed(Direction direction) {
      openTunnels.decrementAndGet();
    }

    @Override
    public void coalescing(boolean begins) {
      gathered.addAndGet(begins ? 1 : 0);
    }
  }

  final DevCa ca =
      DevCa.create(
          new TrustDomain("cluster.local"), DevCa.DAY, InstantSource.system(), new SecureRandom());
  final Map<String, Material> credentials = new ConcurrentHashMap<>();
  final Log serverLog = new Log();
  final Log clientLog = new Log();
  final HboneTransport serverTransport;
  final HboneTransport clientTransport;
  final Vertx serverVertx;
  final Vertx clientVertx;

  /** Held on to: Vert.x closes a client, and its sockets, once nobody refers to it. */
  final NetClient tcp;

  final HttpClientAgent http;

  /** Speaks HTTP/2 at once. */
  final HttpClientAgent http2;

  private final Queue<Channel> bare = new ConcurrentLinkedQueue<>();
  volatile @Nullable Material serverMaterial;
  @Nullable HboneServer server;

  HboneRig() {
    this(HboneSettings.DEFAULT, 1);
  }

  HboneRig(HboneSettings settings, int serverLoops) {
    this(settings, serverLoops, TlsContexts.best());
  }

  HboneRig(HboneSettings settings, int serverLoops, SslProvider engine) {
    serverMaterial = ca.issue(WAYPOINT);
    credentials.put(WorkloadAddress.OWN, ca.issue(SLEEP));
    HboneClocks clocks = new HboneClocks(InstantSource.system(), System::nanoTime);
    serverTransport = HboneTransport.create(settings, name -> null, serverLog, clocks, engine);
    clientTransport = HboneTransport.create(settings, credentials::get, clientLog, clocks, engine);
    serverVertx = vertx(serverTransport, serverLoops);
    clientVertx = vertx(clientTransport, 1);
    tcp = clientVertx.createNetClient();
    http = clientVertx.createHttpClient();
    http2 =
        clientVertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
  }

  private static Vertx vertx(HboneTransport transport, int loops) {
    return Vertx.builder()
        .with(new VertxOptions().setEventLoopPoolSize(loops))
        .withTransport(transport.forVertx())
        .build();
  }

  /** Serves HTTP inside tunnels on every loop. */
  void serveHttp(HttpServerOptions options, Handler<HttpServerRequest> handler) {
    deploy(vertx ->
        vertx
            .createHttpServer(options)
            .requestHandler(handler)
            .listen(TunnelListener.named("http"))
            .mapEmpty());
  }

  /** Serves bytes inside tunnels on every loop. */
  void serveRaw(Handler<NetSocket> handler) {
    deploy(vertx ->
        vertx
            .createNetServer()
            .connectHandler(handler)
            .listen(TunnelListener.named("raw"))
            .mapEmpty());
  }

  /** Serves tunnels on the first loop with bare channels: nobody reads ahead and nobody buffers. */
  void serveChannels(Consumer<Channel> initializer) {
    EventLoop loop = serverTransport.loops().next();
    var bound =
        new ServerBootstrap()
            .group(loop)
            .channelFactory(serverTransport.serverChannelFactory(true))
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    bare.add(channel);
                    initializer.accept(channel);
                  }
                })
            .bind(new MeshSocketAddress(TunnelListener.named("raw")))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new AssertionError(bound.cause());
    }
  }

  /** Serves and accepts every CONNECT with bare channels, each with a probe of its own. */
  BlockingQueue<Probe> serveProbes(Consumer<Channel> initializer) {
    BlockingQueue<Probe> probes = new LinkedTransferQueue<>();
    serveChannels(channel -> {
      Probe probe = new Probe(channel);
      initializer.accept(channel);
      channel.pipeline().addLast(probe);
      probes.add(probe);
    });
    listen((connect, answer) -> answer.accept(ConnectAnswer.RAW));
    return probes;
  }

  private interface Start {
    Future<Void> on(Vertx vertx);
  }

  private void deploy(Start start) {
    int loops = 0;
    for (var loop : serverTransport.loops()) {
      loops += loop == null ? 0 : 1;
    }
    await(
        serverVertx.deployVerticle(
            () ->
                new AbstractVerticle() {
                  @Override
                  public void start(io.vertx.core.Promise<Void> started) {
                    start.on(vertx).onComplete(started);
                  }
                },
            new DeploymentOptions().setInstances(loops)));
  }

  void listen(TunnelAcceptor acceptor) {
    listen(acceptor, TunnelPlacement.STAY);
  }

  void listen(TunnelAcceptor acceptor, TunnelPlacement placement) {
    server =
        await(
            new HboneServer(
                    serverTransport,
                    new HboneServer.Listeners("http", "http", "raw"),
                    () -> serverMaterial,
                    acceptor,
                    placement,
                    null)
                .bind(new InetSocketAddress("127.0.0.1", 0))
                .toCompletableFuture());
  }

  InetSocketAddress address() {
    HboneServer listening = server;
    if (listening == null) {
      throw new IllegalStateException("call listen first");
    }
    return listening.address();
  }

  WorkloadAddress workload(String authority) {
    return new WorkloadAddress(address(), WAYPOINT.uri(), authority, WorkloadAddress.OWN);
  }

  /** A connection through a tunnel to that address. */
  HttpClientConnection connect(HttpClientAgent client, String authority) {
    return await(
        client.connect(
            new HttpConnectOptions()
                .setServer(workload(authority))
                .setHost("reviews")
                .setPort(9080)));
  }

  /** A raw client that has shown its certificate and exchanged settings. */
  RawPeer peer() {
    return RawTls.connect(address(), ca.issue(SLEEP)).handshake();
  }

  /** Waits for something that other threads bring about. */
  static void eventually(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + SECONDS.toNanos(RawPeer.PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not in time: " + what);
      }
      LockSupport.parkNanos(500_000);
    }
  }

  static <T> T await(Future<T> future) {
    return await(future.toCompletionStage().toCompletableFuture());
  }

  static <T> T await(java.util.concurrent.CompletableFuture<T> future) {
    try {
      return future.get(20, SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    // Nobody else closes them, and one that never read keeps what it got.
    bare.forEach(channel -> channel.close().awaitUninterruptibly());
    await(clientVertx.close());
    await(serverVertx.close());
  }
}
