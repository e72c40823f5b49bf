// SPDX-License-Identifier: Apache-2.0
package io.waypoint;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.waypoint.admin.AdminServers;
import io.waypoint.admin.AdminSettings;
import io.waypoint.admin.ConfigDump;
import io.waypoint.admin.Liveness;
import io.waypoint.admin.Readiness;
import io.waypoint.config.WaypointSettings;
import io.waypoint.filters.limit.AskedLimits;
import io.waypoint.filters.limit.TokenBuckets;
import io.waypoint.hbone.HboneClocks;
import io.waypoint.hbone.HboneServer;
import io.waypoint.hbone.HboneTransport;
import io.waypoint.hbone.TunnelAcceptor;
import io.waypoint.identity.Certificates;
import io.waypoint.jwks.JwksStore;
import io.waypoint.proxy.Advisers;
import io.waypoint.proxy.Environment;
import io.waypoint.proxy.SessionSeal;
import io.waypoint.proxy.scan.ScanLimits;
import io.waypoint.proxy.scan.TunnelScan;
import io.waypoint.telemetry.Telemetry;
import io.waypoint.upstream.SharedBackends;
import io.waypoint.world.WorldHolder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The running proxy: the one file where everything is named. It is given what it serves (a world),
 * who it is (certificates) and where it counts (telemetry), and adds the transport, the loops, the
 * servers and the end.
 *
 * <pre>
 *   start ──► serving ──drain()──► draining ──quiet, or grace is over──► closed
 * </pre>
 */
public final class Waypoint {
  private static final String HTTP1 = "http1";
  private static final String HTTP2 = "http2";
  private static final Duration QUIET_POLL = Duration.ofMillis(20);

  /** How many polls in a row must find nothing under way before the loops count as quiet. */
  private static final int QUIET_POLLS = 3;

  /**
   * What differs between the uses of one program.
   *
   * @param worlds what discovery publishes
   * @param certificates ours, and whom we trust
   * @param problems what is wrong with the latest configuration, for the admin port
   * @param listen the address that callers dial
   * @param publicHost where metrics and readiness are served
   * @param dialFrom the address of ours that workloads see
   * @param version ours
   * @param drainAsked called when the admin port asks for the end
   */
  public record Surroundings(
      WorldHolder worlds,
      Certificates certificates,
      Telemetry telemetry,
      Supplier<List<String>> problems,
      InetAddress listen,
      String publicHost,
      InetAddress dialFrom,
      String version,
      Runnable drainAsked) {}

  private final WaypointSettings settings;
  private final Surroundings surroundings;
  private final Readiness readiness;
  private final HboneTransport transport;
  private final Vertx vertx;
  private final Vertx adminVertx;
  private final List<LoopServers> loops = new CopyOnWriteArrayList<>();
  private final HboneServer server;
  private final AdminServers admin;
  private final Certificates.Subscription trust;
  private final WorldHolder.Subscription worlds;
  private @Nullable Future<Void> closing;

  private Waypoint(Starting starting, HboneServer server, AdminServers admin) {
    this.settings = starting.settings;
    this.surroundings = starting.surroundings;
    this.readiness = starting.readiness;
    this.transport = starting.transport;
    this.vertx = starting.vertx;
    this.adminVertx = starting.adminVertx;
    this.loops.addAll(starting.loops);
    this.server = server;
    this.admin = admin;
    this.trust = surroundings.certificates().onChange(server::reverify);
    JwksStore keys = starting.keys;
    this.worlds =
        surroundings
            .worlds()
            .subscribe(world -> {
              keys.worldChanged(world);
              loops.forEach(LoopServers::worldChanged);
            });
  }

  /** Starts serving; fails without leaving anything behind when a port is taken. */
  public static Future<Waypoint> start(
      WaypointSettings settings, Surroundings surroundings, Clocks clocks) {
    return new Starting(settings, surroundings, clocks).run();
  }

  /** What exists before everything does. */
  private static final class Starting {
    private final WaypointSettings settings;
    private final Surroundings surroundings;
    private final Clocks clocks;
    private final Liveness liveness;
    private final JwksStore keys;
    private final Readiness readiness;
    private final HboneTransport transport;
    private final Vertx vertx;
    private final Vertx adminVertx;
    private final SharedBackends backends;
    private final List<LoopServers> loops = new CopyOnWriteArrayList<>();
    private final Environment.Shared exchanges;

    Starting(WaypointSettings settings, Surroundings surroundings, Clocks clocks) {
      this.settings = settings;
      this.surroundings = surroundings;
      this.clocks = clocks;
      this.backends = new SharedBackends(meters(surroundings.telemetry()));
      this.liveness = new Liveness(clocks.nanos());
      this.readiness =
          Readiness.of(surroundings.worlds(), surroundings.certificates())
              .needs("event loop: does not answer", liveness::answers);
      this.transport =
          HboneTransport.create(
              TransportSettings.hbone(settings),
              credential -> surroundings.certificates().current(),
              new TransportEvents(surroundings.telemetry()),
              new HboneClocks(clocks.wall(), clocks.nanos()));
      this.transport.dialFrom(surroundings.dialFrom());
      this.vertx =
          Vertx.builder()
              .with(new VertxOptions().setEventLoopPoolSize(loopCount()).setDisableTCCL(true))
              .withTransport(transport.forVertx())
              .build();
      this.adminVertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
      this.keys = new JwksStore(adminVertx, clocks.nanos(), TransportSettings.keys(settings));
      this.exchanges =
          new Environment.Shared(
              new Advisers(keys),
              new SessionSeal(clocks.secrets()),
              new TokenBuckets(
                  limits(
                      surroundings.telemetry(),
                      "waypoint.rate.limit",
                      "Requests under a LocalRateLimit")),
              new AskedLimits(
                  limits(
                      surroundings.telemetry(),
                      "waypoint.global.rate.limit",
                      "Questions of a GlobalRateLimit")));
      show(surroundings.telemetry(), keys);
    }

    private static void show(Telemetry telemetry, JwksStore keys) {
      telemetry.counter("waypoint.jwks.fetches", "Key sets asked for", keys::fetches);
      telemetry.counter(
          "waypoint.jwks.fetch.failures", "Fetches that brought no key set", keys::failures);
      telemetry.gauge(
          "waypoint.jwks.oldest.seconds",
          "Age of the oldest fetched key set in use",
          keys::oldestSeconds);
      telemetry.gauge(
          "waypoint.jwks.missing",
          "Locations of key sets from which none was ever had",
          keys::withoutKeys);
    }

    private static SharedBackends.Meters meters(Telemetry telemetry) {
      return (kind, name, description, value, labels) -> {
        switch (kind) {
          case COUNTER -> telemetry.counter(name, description, value, labels);
          case GAUGE -> telemetry.gauge(name, description, value::getAsLong, labels);
        }
      };
    }

    private static TokenBuckets.Meters limits(
        Telemetry telemetry, String name, String description) {
      return (limit, result, count) ->
          telemetry.counter(name, description, count, "limit", limit, "result", result);
    }

    private int loopCount() {
      int wanted = settings.instance().eventLoops();
      return wanted > 0 ? wanted : Runtime.getRuntime().availableProcessors();
    }

    Future<Waypoint> run() {
      return vertx
          .deployVerticle(this::loop, new DeploymentOptions().setInstances(loopCount()))
          .compose(deployed -> Future.all(loops.stream().map(LoopServers::open).toList()))
          .compose(opened -> listen())
          .compose(server -> admin().map(admin -> new Waypoint(this, server, admin)))
          .recover(failure ->
              Future.join(vertx.close(), adminVertx.close())
                  .transform(closed -> Future.failedFuture(failure)));
    }

    private LoopServers loop() {
      LoopServers made =
          new LoopServers(
              new LoopServers.Names(HTTP1, HTTP2),
              settings,
              surroundings,
              clocks,
              new LoopServers.Shared(transport, liveness, backends, exchanges));
      loops.add(made);
      return made;
    }

    private Future<HboneServer> listen() {
      ScanLimits limits = TransportSettings.scan(settings);
      return Future.fromCompletionStage(
          HboneServer.listen(
              transport,
              new InetSocketAddress(surroundings.listen(), settings.ports().hbone()),
              new HboneServer.Listeners(HTTP1, HTTP2, HTTP1),
              surroundings.certificates()::current,
              acceptor(),
              new HboneServer.HeadScan(
                  () -> new TunnelScan(limits), settings.timeouts().requestHead())));
    }

    /** Each loop judges the CONNECTs of its own connections. */
    private TunnelAcceptor acceptor() {
      return new LoopAcceptors(loops);
    }

    private Future<AdminServers> admin() {
      var ports = settings.ports();
      return AdminServers.start(
          adminVertx,
          new AdminSettings(
              AdminSettings.DEFAULTS.adminHost(),
              ports.admin(),
              surroundings.publicHost(),
              ports.metrics(),
              ports.readiness()),
          surroundings.telemetry(),
          new AdminServers.Health(readiness, liveness),
          new ConfigDump(
              surroundings.version(),
              surroundings.worlds(),
              surroundings.certificates(),
              surroundings.problems()),
          surroundings.drainAsked());
    }
  }

  /** Where callers dial, with the actual port. */
  public InetSocketAddress address() {
    return server.address();
  }

  public int adminPort() {
    return admin.adminPort();
  }

  public int metricsPort() {
    return admin.metricsPort();
  }

  public int readinessPort() {
    return admin.readinessPort();
  }

  public Readiness readiness() {
    return readiness;
  }

  /**
   * Ends without losing a request: not ready any more; after the delay callers are told to go
   * elsewhere (two-step GOAWAY on tunnels' connections, one after the other, {@code connection:
   * close} and GOAWAY inside); when all were told and nothing is under way, or grace is over,
   * everything closes.
   */
  public Future<Void> drain() {
    readiness.drain();
    var drain = settings.drain();
    long grace = clampToMillis(drain.grace().minus(drain.delay()).minus(drain.goAway()));
    return delay(drain.delay())
        .compose(announced -> {
          loops.forEach(LoopServers::drain);
          server.drain(drain.goAway());
          transport.drainOutbound();
          return delayUnlessAlone(drain.goAway());
        })
        .compose(told -> quiet(grace / QUIET_POLL.toMillis(), 0))
        .compose(quiet -> close());
  }

  private static long clampToMillis(Duration duration) {
    return Math.max(1, duration.toMillis());
  }

  private Future<Void> delay(Duration duration) {
    Promise<Void> over = Promise.promise();
    adminVertx.setTimer(clampToMillis(duration), id -> over.complete());
    return over.future();
  }

  /** Nobody is idle for good before everybody was told. */
  private Future<Void> delayUnlessAlone(Duration duration) {
    boolean over = duration.compareTo(QUIET_POLL) < 0 || server.connectionCount() == 0;
    return over
        ? Future.succeededFuture()
        : delay(QUIET_POLL).compose(later -> delayUnlessAlone(duration.minus(QUIET_POLL)));
  }

  private Future<Void> quiet(long pollsLeft, int quietPolls) {
    int active = 0;
    for (LoopServers loop : loops) {
      active += loop.active();
    }
    boolean nobody = server.connectionCount() == 0;
    boolean idle = active == 0 && quietPolls >= QUIET_POLLS;
    if (nobody || idle || pollsLeft <= 0) {
      return Future.succeededFuture();
    }
    int next = active == 0 ? quietPolls + 1 : 0;
    return delay(QUIET_POLL).compose(later -> quiet(pollsLeft - 1, next));
  }

  /** Closes everything now; again changes nothing. */
  public synchronized Future<Void> close() {
    if (closing == null) {
      trust.close();
      worlds.close();
      server.close();
      closing = Future.join(admin.close(), vertx.close()).transform(done -> adminVertx.close());
    }
    return closing;
  }
}
