// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.waypoint.downstream.Http2Limits;
import io.waypoint.filters.limit.AskedLimits;
import io.waypoint.filters.limit.TokenBuckets;
import io.waypoint.hbone.Newcomers;
import io.waypoint.hbone.VertxLoop;
import io.waypoint.rbac.Authorizers;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.routing.CallerRoutes;
import io.waypoint.routing.FaultTable;
import io.waypoint.routing.RouteTable;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.telemetry.Telemetry;
import io.waypoint.telemetry.TelemetrySettings;
import io.waypoint.upstream.SharedBackends;
import io.waypoint.upstream.UpstreamSettings;
import io.waypoint.upstream.Upstreams;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.Binding;
import io.waypoint.world.Destination;
import io.waypoint.world.ExternalAuthorizer;
import io.waypoint.world.Guards;
import io.waypoint.world.MeshService;
import io.waypoint.world.MeshSettings;
import io.waypoint.world.World;
import io.waypoint.world.WorldHolder;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The production proxy between real sockets on loopback, with a world made by hand. */
final class ProxyRig implements AutoCloseable {
  static final SpiffeId SLEEP = SpiffeId.of("cluster.local", "default", "sleep");
  private static final String HOST = "10.96.0.10";
  private static final int PORT = 9080;

  /** Of a caller, on one connection. */
  static final Http2Limits HTTP2 = new Http2Limits(100, 64 * 1024, 60 * 1024);

  /** The window of a connection to an application, so that it is never what stops somebody. */
  static final int WIDE = 64 * 1024 * 1024;

  /**
   * Of every socket that an option reaches. Linux grows a reader's buffer to 32 MiB where it may,
   * which is as much as any test sends.
   */
  private static final int SOCKET_BUFFER = 256 * 1024;

  /** The proxy's. */
  private final Vertx inside = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

  /** That of applications and callers, so that theirs is not counted as the proxy's. */
  final Vertx vertx = Vertx.vertx();

  final WorldHolder worlds = new WorldHolder();
  final Telemetry telemetry =
      new Telemetry(TelemetrySettings.of("test"), System::nanoTime, InstantSource.system(), null);
  final HttpClientAgent http1 =
      vertx.createHttpClient(new HttpClientOptions().setReceiveBufferSize(SOCKET_BUFFER));
  final HttpClientAgent http2 =
      vertx.createHttpClient(
          new HttpClientOptions()
              .setReceiveBufferSize(SOCKET_BUFFER)
              .setProtocolVersion(HttpVersion.HTTP_2)
              .setHttp2ClearTextUpgrade(false));
  private final List<HttpServer> backends = new ArrayList<>();

  /** Of the worlds published from here on. */
  MeshSettings mesh = MeshSettings.DEFAULTS;

  private final SessionSeal sessions = new SessionSeal(new SecureRandom());
  private final ProxySettings settings;
  private final Advisers advisers;
  private final @Nullable FakeTime time;
  private @Nullable Loop loop;
  private long generation;

  ProxyRig() {
    this(ProxySettings.DEFAULTS);
  }

  ProxyRig(ProxySettings settings) {
    this(settings, Advisers.NONE, null);
  }

  ProxyRig(ProxySettings settings, Advisers advisers) {
    this(settings, advisers, null);
  }

  ProxyRig(ProxySettings settings, FakeTime time) {
    this(settings, Advisers.NONE, time);
  }

  /**
   * @param time what passes for time in the proxy; null for the real one
   */
  private ProxyRig(ProxySettings settings, Advisers advisers, @Nullable FakeTime time) {
    this.settings = settings;
    this.advisers = advisers;
    this.time = time;
    var deployed = new Loop();
    loop = deployed;
    await(inside.deployVerticle(deployed));
  }

  /** Worlds published from here on know one authorizer. */
  void knows(ExternalAuthorizer authorizer) {
    MeshSettings usual = MeshSettings.DEFAULTS;
    mesh =
        new MeshSettings(
            usual.trust(),
            usual.pathNormalization(),
            usual.clusterDomain(),
            usual.cluster(),
            Map.of(authorizer.name(), authorizer),
            false);
  }

  /**
   * Worlds published from here on know one authorizer that is nowhere and fails open, so that it
   * answers at once.
   *
   * @return policies by which it is asked about everything
   */
  PolicySet asksNobody(ExternalAuthorizer.Shown shown) {
    knows(
        new ExternalAuthorizer(
            "nowhere",
            Authorizers.Kind.HTTP,
            "missing.default.svc.cluster.local",
            80,
            ExternalAuthorizer.TIMEOUT,
            true,
            ExternalAuthorizer.STATUS_ON_ERROR,
            shown,
            ExternalAuthorizer.Taken.DEFAULT));
    return Policies.custom("nowhere", mesh.knownAuthorizers());
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(15, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private Loop loop() {
    return java.util.Objects.requireNonNull(loop);
  }

  int http1Port() {
    return ((InetSocketAddress) loop().http1.localAddress()).getPort();
  }

  int http2Port() {
    return loop().http2.actualPort();
  }

  Proxy proxy() {
    return loop().proxy();
  }

  int mirrorsUnderWay() {
    return proxy().loop().mirrors().underWay();
  }

  /** Runs on the proxy's own loop. */
  void onLoop(Runnable task) {
    Promise<Void> done = Promise.promise();
    loop()
        .context()
        .runOnContext(v -> {
          task.run();
          done.complete();
        });
    await(done.future());
  }

  /** Lets the proxy's time pass. */
  void pass(Duration duration) {
    onLoop(() -> java.util.Objects.requireNonNull(time).pass(duration));
  }

  /** Waits until no exchange is under way. */
  void untilQuiet() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
    while (proxy().active() > 0) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("still under way: " + proxy().active());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  /** Waits until the figure has not moved for a while. */
  void untilStuck(AtomicLong figure) {
    Promise<Void> stuck = Promise.promise();
    long[] last = {-1, 0};
    vertx.setPeriodic(
        50,
        id -> {
          last[1] = figure.get() == last[0] && figure.get() > 0 ? last[1] + 1 : 0;
          last[0] = figure.get();
          if (last[1] == 8) {
            vertx.cancelTimer(id);
            stuck.complete();
          }
        });
    await(stuck.future());
  }

  /** An application on loopback, speaking both versions of HTTP. */
  Endpoint backend(Handler<HttpServerRequest> handler) {
    HttpServer server =
        vertx.createHttpServer(
            new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(0)
                .setReceiveBufferSize(SOCKET_BUFFER)
                .setSendBufferSize(SOCKET_BUFFER)
                .setHttp2ClearTextEnabled(true)
                .setHttp2ConnectionWindowSize(WIDE));
    await(server.requestHandler(handler).listen());
    backends.add(server);
    return endpoint(server.actualPort());
  }

  static Endpoint endpoint(int port) {
    return new Endpoint(new InetSocketAddress("127.0.0.1", port), null, "default/pod", true);
  }

  static EndpointSet endpoints(Endpoint... endpoints) {
    return new EndpointSet("reviews", "default", PORT, false, Arrays.asList(endpoints));
  }

  void serve(Endpoint... endpoints) {
    publish(PolicySet.ALLOW_ALL, null, endpoints(endpoints));
  }

  void publish(PolicySet policies, @Nullable RouteTable routes, EndpointSet endpoints) {
    publish(Guards.of(policies), routes, endpoints);
  }

  void publish(Guards guards, @Nullable RouteTable routes, EndpointSet endpoints) {
    var destination =
        new Destination(
            "reviews",
            "default",
            "reviews.default.svc.cluster.local",
            PORT,
            AppProtocol.HTTP,
            false,
            guards,
            new CallerRoutes(routes, Map.of()),
            FaultTable.NONE,
            endpoints);
    var service =
        new MeshService(
            "reviews",
            "default",
            "reviews.default.svc.cluster.local",
            List.of(HOST),
            Binding.OURS,
            List.of(destination));
    worlds.publish(new World(++generation, mesh, null, List.of(service), List.of()));
  }

  @Override
  public void close() {
    await(Future.all(vertx.close(), inside.close()));
  }

  /** What one event loop of the process holds. */
  private final class Loop extends AbstractVerticle {
    Channel http1 = new NioServerSocketChannel();
    HttpServer http2 = inside.createHttpServer();
    @Nullable Proxy made;

    private io.vertx.core.Context context() {
      return context;
    }

    private Proxy proxy() {
      return java.util.Objects.requireNonNull(made);
    }

    @Override
    public void start(Promise<Void> started) {
      FakeTime fake = time;
      var random = new Random(42);
      var environment =
          new Environment(
              inside,
              random,
              new Environment.Time(
                  fake == null ? System::nanoTime : fake::nanos,
                  InstantSource.system(),
                  fake == null ? Alarms.of(inside) : fake),
              new Environment.Shared(
                  advisers,
                  sessions,
                  new TokenBuckets(TokenBuckets.Meters.NONE),
                  new AskedLimits(TokenBuckets.Meters.NONE)));
      var upstreams =
          new Upstreams(
              inside,
              UpstreamSettings.DEFAULTS,
              new SharedBackends(SharedBackends.Meters.NONE),
              System::nanoTime);
      var proxy =
          new Proxy(
              environment,
              settings,
              worlds,
              upstreams,
              telemetry,
              (remote, local) ->
                  new Caller(
                      new InetSocketAddress(remote.hostAddress(), remote.port()),
                      SLEEP,
                      HOST,
                      PORT));
      made = proxy;
      ChannelFuture bound = bind(proxy.http1());
      http1 = bound.channel();
      http2 = listen(proxy, HTTP2.options());
      bound.addListener(v -> http2.listen(0, "127.0.0.1").<Void>mapEmpty().onComplete(started));
    }

    /** As the transport does it for tunnels. */
    private ChannelFuture bind(Newcomers newcomers) {
      EventLoop netty = VertxLoop.current(inside).netty();
      return new ServerBootstrap()
          .group(netty, netty)
          .channel(NioServerSocketChannel.class)
          .childHandler(
              new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                  newcomers.accept(channel);
                }
              })
          .bind("127.0.0.1", 0);
    }

    private HttpServer listen(Proxy proxy, HttpServerOptions options) {
      return inside
          .createHttpServer(
              options
                  .setReceiveBufferSize(SOCKET_BUFFER)
                  .setSendBufferSize(SOCKET_BUFFER)
                  .setMaxInitialLineLength(8192)
                  .setMaxHeaderSize(64 * 1024)
                  .setStrictThreadMode(true))
          .connectionHandler(proxy::connected)
          .requestHandler(proxy::handle);
    }
  }
}
