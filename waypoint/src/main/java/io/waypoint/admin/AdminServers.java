// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.waypoint.telemetry.Telemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Three small HTTP servers, as every proxy of the mesh has them.
 *
 * <pre>
 *   15000 (loopback)  AdminPages     what an operator asks and changes
 *   15020             MetricsPages   /stats/prometheus, /metrics
 *   15021             /healthz/ready 200, or 503 and what is missing
 *                     /healthz/live  200, or 503 and which event loop hangs
 * </pre>
 */
public final class AdminServers {
  private static final int IDLE_SECONDS = 60;

  private final HttpServer admin;
  private final HttpServer metrics;
  private final HttpServer readiness;

  /** What the probes of a cluster ask for. */
  public record Health(Readiness readiness, Liveness liveness) {}

  private AdminServers(HttpServer admin, HttpServer metrics, HttpServer readiness) {
    this.admin = admin;
    this.metrics = metrics;
    this.readiness = readiness;
  }

  /**
   * Listens on all three ports, or on none when one of them is taken.
   *
   * @param vertx one of its own, with one event loop, so that a dump never delays traffic
   * @param drain called once by {@code POST /drain}, after readiness has turned
   */
  public static Future<AdminServers> start(
      Vertx vertx,
      AdminSettings settings,
      Telemetry telemetry,
      Health health,
      ConfigDump dump,
      Runnable drain) {
    var pages = new AdminPages(telemetry, health.readiness(), dump, drain);
    HttpServer admin = server(vertx, pages);
    HttpServer metrics = server(vertx, new MetricsPages(telemetry));
    HttpServer ready = server(vertx, request -> probe(request, health));
    var servers = new AdminServers(admin, metrics, ready);
    return admin
        .listen(settings.adminPort(), settings.adminHost())
        .compose(up -> metrics.listen(settings.metricsPort(), settings.publicHost()))
        .compose(up -> ready.listen(settings.readinessPort(), settings.publicHost()))
        .map(servers)
        .recover(failure -> servers.close().transform(closed -> Future.failedFuture(failure)));
  }

  public int adminPort() {
    return admin.actualPort();
  }

  public int metricsPort() {
    return metrics.actualPort();
  }

  public int readinessPort() {
    return readiness.actualPort();
  }

  public Future<Void> close() {
    return Future.join(admin.close(), metrics.close(), readiness.close()).mapEmpty();
  }

  static HttpServer server(Vertx vertx, Handler<HttpServerRequest> handler) {
    var options =
        new HttpServerOptions()
            .setHttp2ClearTextEnabled(false)
            .setCompressionSupported(true)
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS);
    return vertx.createHttpServer(options).requestHandler(handler);
  }

  static void probe(HttpServerRequest request, Health health) {
    switch (request.path()) {
      case "/healthz/ready" ->
          answer(request, "ready", health.readiness().missing(), health.readiness().notes());
      case "/healthz/live" -> answer(request, "live", health.liveness().lost(), List.of());
      case null, default ->
          Reply.text(request.response(), 404, "only /healthz/ready and /healthz/live are here\n");
    }
  }

  private static void answer(
      HttpServerRequest request, String good, List<String> missing, List<String> notes) {
    List<String> lines = new ArrayList<>(missing.isEmpty() ? List.of(good) : missing);
    lines.addAll(notes);
    Reply.text(request.response(), missing.isEmpty() ? 200 : 503, String.join("\n", lines) + "\n");
  }
}
