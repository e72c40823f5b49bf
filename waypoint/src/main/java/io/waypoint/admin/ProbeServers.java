// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.waypoint.telemetry.Telemetry;

/** Metrics and probes alone, for a process that is no proxy. */
public final class ProbeServers {
  private final HttpServer metrics;
  private final HttpServer health;

  private ProbeServers(HttpServer metrics, HttpServer health) {
    this.metrics = metrics;
    this.health = health;
  }

  /** Listens on the two public ports, or on none when one of them is taken. */
  public static Future<ProbeServers> start(
      Vertx vertx, AdminSettings settings, Telemetry telemetry, AdminServers.Health health) {
    HttpServer metrics = AdminServers.server(vertx, new MetricsPages(telemetry));
    HttpServer probes = AdminServers.server(vertx, request -> AdminServers.probe(request, health));
    var servers = new ProbeServers(metrics, probes);
    return metrics
        .listen(settings.metricsPort(), settings.publicHost())
        .compose(up -> probes.listen(settings.readinessPort(), settings.publicHost()))
        .map(servers)
        .recover(failure -> servers.close().transform(closed -> Future.failedFuture(failure)));
  }

  public int metricsPort() {
    return metrics.actualPort();
  }

  public int readinessPort() {
    return health.actualPort();
  }

  public Future<Void> close() {
    return Future.join(metrics.close(), health.close()).mapEmpty();
  }
}
