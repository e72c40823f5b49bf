// SPDX-License-Identifier: Apache-2.0
package io.waypoint;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.waypoint.admin.Liveness;
import io.waypoint.config.WaypointSettings;
import io.waypoint.hbone.HboneTransport;
import io.waypoint.hbone.TunnelAcceptor;
import io.waypoint.hbone.TunnelListener;
import io.waypoint.hbone.TunnelService;
import io.waypoint.proxy.Alarms;
import io.waypoint.proxy.Caller;
import io.waypoint.proxy.Environment;
import io.waypoint.proxy.Proxy;
import io.waypoint.upstream.SharedBackends;
import io.waypoint.upstream.Upstreams;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop serves: HTTP/1 and an HTTP/2 server on the tunnels of its connections, and
 * pools of its own.
 */
final class LoopServers extends AbstractVerticle {
  /** What the servers of a loop are called among its tunnels. */
  record Names(String http1, String http2) {}

  /**
   * What the loops of a process share.
   *
   * @param exchanges what exchanges share
   */
  record Shared(
      HboneTransport transport,
      Liveness liveness,
      SharedBackends backends,
      Environment.Shared exchanges) {}

  private final Names names;
  private final WaypointSettings settings;
  private final Waypoint.Surroundings surroundings;
  private final Clocks clocks;
  private final Shared shared;
  private volatile @Nullable Thread thread;
  private volatile @Nullable Proxy proxy;
  private volatile @Nullable TunnelAcceptor acceptor;
  private volatile @Nullable TunnelService http1;

  LoopServers(
      Names names,
      WaypointSettings settings,
      Waypoint.Surroundings surroundings,
      Clocks clocks,
      Shared shared) {
    this.names = names;
    this.settings = settings;
    this.surroundings = surroundings;
    this.clocks = clocks;
    this.shared = shared;
  }

  /**
   * Begins to serve. Only when all loops are deployed: what is made here may take Vert.x's loops
   * out of turn, and then two of these would share one.
   */
  Future<Void> open() {
    Promise<Void> opened = Promise.promise();
    context.runOnContext(v -> {
      try {
        open(opened);
      } catch (RuntimeException e) {
        opened.fail(e);
      }
    });
    return opened.future();
  }

  private void open(Promise<Void> opened) {
    Upstreams upstreams =
        new Upstreams(
            vertx, TransportSettings.upstream(settings), shared.backends(), clocks.nanos());
    Environment environment =
        new Environment(
            vertx,
            new SplittableRandom(clocks.secrets().nextLong()),
            new Environment.Time(clocks.nanos(), clocks.wall(), Alarms.of(vertx)),
            shared.exchanges());
    Proxy made =
        new Proxy(
            environment,
            TransportSettings.proxy(settings),
            surroundings.worlds(),
            upstreams,
            surroundings.telemetry(),
            Caller::ofTunnel);
    acceptor = made.acceptor(shared.transport(), settings.timeouts().tunnel());
    proxy = made;
    thread = Thread.currentThread();
    Liveness.Pulse pulse = shared.liveness().watch(Thread.currentThread().getName());
    vertx.setPeriodic(Liveness.BEAT.toMillis(), id -> pulse.beat());
    Future.all(
            Future.fromCompletionStage(shared.transport().serve(names.http1(), made.http1()))
                .onSuccess(service -> http1 = service),
            listen(TransportSettings.http2(settings), made, names.http2()))
        .<Void>mapEmpty()
        .onComplete(opened);
  }

  @Override
  public void stop() {
    TunnelService service = http1;
    if (service != null) {
      service.close();
    }
  }

  private Future<HttpServer> listen(HttpServerOptions options, Proxy handler, String name) {
    return vertx
        .createHttpServer(options)
        .connectionHandler(handler::connected)
        .requestHandler(handler::handle)
        .exceptionHandler(failure -> {})
        .listen(TunnelListener.named(name));
  }

  boolean isHere() {
    return Objects.equals(thread, Thread.currentThread());
  }

  @Nullable TunnelAcceptor acceptor() {
    return acceptor;
  }

  void worldChanged() {
    Proxy made = proxy;
    if (made != null) {
      context.runOnContext(v -> made.worldChanged());
    }
  }

  void drain() {
    Proxy made = proxy;
    if (made != null) {
      context.runOnContext(v -> made.drain());
    }
  }

  /** Requests and relayed connections under way; from any thread. */
  int active() {
    Proxy made = proxy;
    return made == null ? 0 : made.active();
  }
}
