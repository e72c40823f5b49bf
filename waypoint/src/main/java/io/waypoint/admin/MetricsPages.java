// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.waypoint.telemetry.MetricsPage;
import io.waypoint.telemetry.Telemetry;
import java.util.Locale;

/** The metrics, for Prometheus and for a reader. */
final class MetricsPages implements Handler<HttpServerRequest> {
  private final Telemetry telemetry;

  MetricsPages(Telemetry telemetry) {
    this.telemetry = telemetry;
  }

  @Override
  public void handle(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.GET)) {
      request.response().putHeader("allow", "GET");
      Reply.text(request.response(), 405, "GET only\n");
      return;
    }
    switch (request.path()) {
      case "/stats/prometheus", "/metrics" -> prometheus(request);
      case null, default ->
          Reply.text(request.response(), 404, "the metrics are at /stats/prometheus\n");
    }
  }

  void prometheus(HttpServerRequest request) {
    MetricsPage page = telemetry.page();
    Reply.stream(
        request.response(),
        MetricsPage.CONTENT_TYPE,
        () -> {
          String chunk = page.next();
          return chunk == null ? null : Buffer.buffer(chunk);
        });
  }

  /** {@code name{labels}: value}, a figure a line, without the buckets of histograms. */
  void figures(HttpServerRequest request) {
    String filter = request.getParam("filter", "").toLowerCase(Locale.ROOT);
    MetricsPage page = telemetry.page();
    Reply.stream(
        request.response(),
        "text/plain; charset=utf-8",
        () -> {
          String chunk = page.next();
          return chunk == null ? null : Buffer.buffer(figuresIn(chunk, filter));
        });
  }

  private static String figuresIn(String chunk, String filter) {
    var figures = new StringBuilder();
    chunk
        .lines()
        .filter(line -> !line.startsWith("#") && !line.contains(",le=\""))
        .filter(line -> filter.isEmpty() || line.toLowerCase(Locale.ROOT).contains(filter))
        .forEach(line -> appendFigure(figures, line));
    return figures.toString();
  }

  private static void appendFigure(StringBuilder figures, String line) {
    int space = line.lastIndexOf(' ');
    figures.append(line, 0, space).append(": ").append(line, space + 1, line.length()).append('\n');
  }
}
