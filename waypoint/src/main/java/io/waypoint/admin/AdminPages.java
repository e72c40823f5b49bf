// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.waypoint.telemetry.Telemetry;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The admin port. Everything that changes something is a POST; {@link Guard} stands in front. */
final class AdminPages implements Handler<HttpServerRequest> {
  private static final String INDEX =
      """
      GET  /config_dump       what is loaded: services, workloads, destinations, certificates
      GET  /problems          what is wrong with the latest configuration, one a line
      GET  /certs             our certificate and the roots we trust
      GET  /stats             figures, one a line; ?filter=TEXT
      GET  /stats/prometheus  the same as Prometheus reads them
      GET  /logging           log levels
      POST /logging           ?level=debug, ?level=NAME:debug,NAME:warn or ?NAME=debug
      POST /drain             stop being ready, finish what is under way, exit
      """;

  private final MetricsPages metrics;
  private final Readiness readiness;
  private final ConfigDump dump;
  private final Runnable drain;
  private final AtomicBoolean drained = new AtomicBoolean();

  AdminPages(Telemetry telemetry, Readiness readiness, ConfigDump dump, Runnable drain) {
    this.metrics = new MetricsPages(telemetry);
    this.readiness = readiness;
    this.dump = dump;
    this.drain = drain;
  }

  @Override
  public void handle(HttpServerRequest request) {
    String refusal = Guard.refusal(request);
    if (refusal != null) {
      Reply.text(request.response(), 403, refusal + "\n");
      return;
    }
    switch (request.method().name() + " " + request.path()) {
      case "GET /" -> Reply.text(request.response(), 200, INDEX);
      case "GET /config_dump" -> Reply.stream(request.response(), Reply.JSON, dump.everything());
      case "GET /problems" -> problems(request);
      case "GET /certs" -> Reply.stream(request.response(), Reply.JSON, dump.certificates());
      case "GET /stats" -> metrics.figures(request);
      case "GET /stats/prometheus" -> metrics.prometheus(request);
      case "GET /logging" -> Reply.text(request.response(), 200, LogLevels.text());
      case "POST /logging" -> logging(request);
      case "POST /drain" -> drain(request);
      case "GET /drain" -> Reply.text(request.response(), 405, "POST only\n");
      default -> Reply.text(request.response(), 404, INDEX);
    }
  }

  private void problems(HttpServerRequest request) {
    List<String> lines = dump.problems();
    Reply.text(request.response(), 200, lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
  }

  private static void logging(HttpServerRequest request) {
    String wrong = LogLevels.change(request.params());
    if (wrong == null) {
      Reply.text(request.response(), 200, LogLevels.text());
    } else {
      Reply.text(request.response(), 400, wrong + "\n");
    }
  }

  private void drain(HttpServerRequest request) {
    readiness.drain();
    if (drained.compareAndSet(false, true)) {
      drain.run();
    }
    Reply.text(request.response(), 200, "draining\n");
  }
}
