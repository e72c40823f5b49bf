// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccessLogTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00.042Z");

  private final FakeNanos nanos = new FakeNanos();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private interface Traffic {
    void run(Recorder recorder);
  }

  private List<String> lines(AccessLog.Format format, Traffic traffic) {
    try (var log = new AccessLog(out, format, "cluster.local")) {
      var telemetry =
          new Telemetry(TelemetrySettings.of("1"), nanos, InstantSource.fixed(START), log);
      traffic.run(telemetry.recorder());
    }
    return out.toString(StandardCharsets.US_ASCII).lines().toList();
  }

  private void answered(Recorder recorder) {
    RequestRecord record = Flows.answered(recorder, 200);
    nanos.pass(Duration.ofMillis(5));
    recorder.finish(record);
  }

  @Test
  void jsonHasIstiosKeysAndWhoCalledWhom() {
    String line = lines(AccessLog.Format.JSON, this::answered).getFirst();

    assertThat(line)
        .isEqualTo(
            "{\"start_time\":\"2026-03-01T12:00:00.042Z\",\"method\":\"GET\",\"path\":\"/reviews/0\","
                + "\"protocol\":\"HTTP/1.1\",\"response_code\":200,\"response_flags\":\"-\","
                + "\"response_code_details\":\"via_upstream\","
                + "\"connection_termination_details\":null,"
                + "\"upstream_transport_failure_reason\":null,\"bytes_received\":70,"
                + "\"bytes_sent\":1200,\"duration\":5,\"upstream_service_time\":\"2\","
                + "\"x_forwarded_for\":null,\"user_agent\":\"curl/8\",\"request_id\":\"id-1\","
                + "\"authority\":\"reviews:9080\",\"upstream_host\":\"10.0.0.12:9080\","
                + "\"upstream_cluster\":\"outbound|9080||reviews.default.svc.cluster.local\","
                + "\"upstream_local_address\":\"10.0.0.3:50000\","
                + "\"downstream_local_address\":\"10.96.0.5:9080\","
                + "\"downstream_remote_address\":\"10.0.0.7:41234\","
                + "\"requested_server_name\":null,\"route_name\":\"default/reviews\","
                + "\"source_principal\":"
                + "\"spiffe://cluster.local/ns/default/sa/bookinfo-productpage\","
                + "\"destination_principal\":"
                + "\"spiffe://cluster.local/ns/default/sa/bookinfo-reviews\"}");
    assertThat(new JsonObject(line).size()).isEqualTo(26);
  }

  @Test
  void textHasIstiosOrder() {
    assertThat(lines(AccessLog.Format.TEXT, this::answered))
        .containsExactly(
            "[2026-03-01T12:00:00.042Z] \"GET /reviews/0 HTTP/1.1\" 200 - via_upstream - \"-\" 70"
                + " 1200 5 2 \"-\" \"curl/8\" \"id-1\" \"reviews:9080\" \"10.0.0.12:9080\""
                + " outbound|9080||reviews.default.svc.cluster.local 10.0.0.3:50000"
                + " 10.96.0.5:9080 10.0.0.7:41234 - default/reviews"
                + " spiffe://cluster.local/ns/default/sa/bookinfo-productpage"
                + " spiffe://cluster.local/ns/default/sa/bookinfo-reviews");
  }

  @Test
  void aRelayedConnectionHasALineOfItsOwn() {
    String line =
        lines(
                AccessLog.Format.JSON,
                recorder -> {
                  TcpRecord record = Flows.connection(recorder);
                  recorder.opened(record);
                  record.bytesOut(9);
                  record.flag(ResponseFlag.UC);
                  record.failure("connection reset by peer");
                  recorder.closed(record);
                })
            .getFirst();

    var json = new JsonObject(line);
    assertThat(json.getString("method")).isNull();
    assertThat(json.getInteger("bytes_sent")).isEqualTo(9);
    assertThat(json.getString("response_flags")).isEqualTo("UC");
    assertThat(json.getString("upstream_transport_failure_reason"))
        .isEqualTo("connection reset by peer");
  }

  @Test
  void whatACallerSendsCannotForgeALineOrReachATerminal() {
    String hostile =
        "\n\r[fake] \"GET / HTTP/1.1\" 200\u001b[2J\u0085\u2028\u202e\"\\\u0000\u007f\u00e9";
    for (AccessLog.Format format : AccessLog.Format.values()) {
      out.reset();
      List<String> lines =
          lines(
              format,
              recorder -> {
                RequestRecord record = Flows.answered(recorder, 400);
                record.request(hostile, hostile, hostile, Protocol.HTTP_1_1);
                record.headers(hostile, hostile, hostile);
                record.route(hostile);
                record.failure(hostile);
                record.denied(403, hostile);
                recorder.finish(record);
              });

      assertThat(lines).hasSize(1);
      assertThat(lines.getFirst().chars()).allMatch(c -> c >= ' ' && c <= '~');
      if (format == AccessLog.Format.JSON) {
        var json = new JsonObject(lines.getFirst());
        assertThat(json.getString("user_agent")).isEqualTo(hostile);
        assertThat(json.getString("path")).isEqualTo(hostile);
        assertThat(json.size()).isEqualTo(26);
      } else {
        assertThat(lines.getFirst()).doesNotContain("[fake] \"GET");
      }
    }
  }

  @Test
  void aLongValueIsCut() {
    String line =
        lines(
                AccessLog.Format.JSON,
                recorder -> {
                  RequestRecord record = Flows.answered(recorder, 200);
                  record.headers(null, "a".repeat(60_000), "\u0001".repeat(60_000));
                  recorder.finish(record);
                  assertThat(record.userAgent).as("what the queue holds").hasSize(1_025);
                })
            .getFirst();

    var json = new JsonObject(line);
    assertThat(json.getString("user_agent")).hasSize(1_027).endsWith("a...");
    assertThat(json.getString("x_forwarded_for")).hasSize(1_027).endsWith("...");
  }

  @Test
  void everyLoopsLinesArrive() {
    try (var log = new AccessLog(out, AccessLog.Format.JSON, "cluster.local")) {
      var telemetry =
          new Telemetry(TelemetrySettings.of("1"), nanos, InstantSource.fixed(START), log);
      for (int loop = 0; loop < 3; loop++) {
        Recorder recorder = telemetry.recorder();
        for (int i = 0; i < 1_000; i++) {
          recorder.finish(Flows.answered(recorder, 200));
        }
      }
      assertThat(log.dropped()).isZero();
    }
    assertThat(out.toString(StandardCharsets.US_ASCII).lines()).hasSize(3_000);
  }

  @Test
  void withoutAnAccessLogNobodyAsksForHeaders() {
    var silent = new Telemetry(TelemetrySettings.of("1"), nanos, InstantSource.fixed(START), null);
    assertThat(silent.recorder().logs()).isFalse();
  }
}
