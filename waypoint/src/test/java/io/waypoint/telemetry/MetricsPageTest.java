// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.refusal.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
  private final FakeNanos nanos = new FakeNanos();
  private final Telemetry telemetry =
      new Telemetry(TelemetrySettings.of("1.2.3"), nanos, InstantSource.fixed(Instant.EPOCH), null);
  private final Recorder recorder = telemetry.recorder();

  @Test
  void aRequestCarriesIstiosLabelsInIstiosOrder() {
    recorder.finish(Flows.answered(recorder, 200));

    Exposition.Sample sample = Exposition.of(telemetry).one("istio_requests_total");

    assertThat(sample.value()).isEqualTo(1);
    assertThat(sample.labels().toString())
        .isEqualTo(
            "{reporter=waypoint, source_workload=productpage-v1,"
                + " source_canonical_service=productpage, source_canonical_revision=v1,"
                + " source_workload_namespace=default,"
                + " source_principal=spiffe://cluster.local/ns/default/sa/bookinfo-productpage,"
                + " source_app=productpage, source_version=v1, source_cluster=Kubernetes,"
                + " destination_workload=reviews-v2, destination_workload_namespace=default,"
                + " destination_principal=spiffe://cluster.local/ns/default/sa/bookinfo-reviews,"
                + " destination_app=reviews, destination_version=v2,"
                + " destination_service=reviews.default.svc.cluster.local,"
                + " destination_canonical_service=reviews, destination_canonical_revision=v2,"
                + " destination_service_name=reviews, destination_service_namespace=default,"
                + " destination_cluster=Kubernetes, request_protocol=http, response_code=200,"
                + " grpc_response_status=, response_flags=-,"
                + " connection_security_policy=mutual_tls}");
  }

  @Test
  void histogramsAreCumulativeAndAgreeWithTheirCount() {
    for (int i = 0; i < 3; i++) {
      RequestRecord record = Flows.answered(recorder, 200);
      nanos.pass(Duration.ofMillis(i == 2 ? 4_000_000 : 7));
      recorder.finish(record);
    }

    Exposition page = Exposition.of(telemetry);

    String duration = "istio_request_duration_milliseconds";
    assertThat(page.type(duration)).isEqualTo("histogram");
    assertThat(page.count(duration + "_bucket")).isEqualTo(20);
    assertThat(bucket(page, duration, "5")).isEqualTo(0);
    assertThat(bucket(page, duration, "10")).isEqualTo(2);
    assertThat(bucket(page, duration, "3.6e+06")).isEqualTo(2);
    assertThat(bucket(page, duration, "+Inf")).isEqualTo(3);
    assertThat(page.one(duration + "_count").value()).isEqualTo(3);
    assertThat(page.one(duration + "_sum").value()).isEqualTo(4_000_014);
    assertThat(page.one("istio_request_bytes_sum").value()).isEqualTo(210);
    assertThat(page.one("istio_response_bytes_sum").value()).isEqualTo(3_600);
    assertThat(bucket(page, "istio_response_bytes", "1000")).isEqualTo(0);
    assertThat(bucket(page, "istio_response_bytes", "2500")).isEqualTo(3);
  }

  private static double bucket(Exposition page, String name, String bound) {
    return page.one(name + "_bucket", sample -> sample.label("le").equals(bound)).value();
  }

  @Test
  void aGrpcCallCountsItsMessagesAndItsStatus() {
    RequestRecord record = Flows.answered(recorder, 200);
    record.grpc();
    record.grpcStatus(5);
    record.messagesIn(1);
    record.messagesOut(7);
    recorder.finish(record);

    Exposition page = Exposition.of(telemetry);

    assertThat(page.one("istio_requests_total").label("request_protocol")).isEqualTo("grpc");
    assertThat(page.one("istio_requests_total").label("grpc_response_status")).isEqualTo("5");
    assertThat(page.one("istio_request_messages_total").value()).isEqualTo(1);
    assertThat(page.one("istio_response_messages_total").value()).isEqualTo(7);
  }

  @Test
  void aGrpcStatusThatDoesNotExistIsUnknown() {
    RequestRecord record = Flows.answered(recorder, 200);
    record.grpc();
    record.grpcStatus(123_456);
    recorder.finish(record);

    assertThat(Exposition.of(telemetry).one("istio_requests_total").label("grpc_response_status"))
        .isEqualTo("2");
  }

  @Test
  void whatIsNotKnownIsCalledUnknown() {
    RequestRecord record = recorder.begin();
    record.request("GET", "/", "nobody", Protocol.HTTP_1_1);
    record.replied(404, ResponseFlag.NR);
    recorder.finish(record);

    Exposition.Sample sample = Exposition.of(telemetry).one("istio_requests_total");

    assertThat(sample.label("source_workload")).isEqualTo("unknown");
    assertThat(sample.label("source_principal")).isEqualTo("unknown");
    assertThat(sample.label("source_canonical_revision")).isEqualTo("latest");
    assertThat(sample.label("destination_service")).isEqualTo("unknown");
    assertThat(sample.label("destination_principal")).isEqualTo("unknown");
    assertThat(sample.label("response_flags")).isEqualTo("NR");
    assertThat(sample.label("connection_security_policy")).isEqualTo("none");
  }

  @Test
  void aRelayedConnectionReportsWhileItIsOpen() {
    TcpRecord record = Flows.connection(recorder);
    recorder.opened(record);
    record.bytesIn(10);
    record.bytesOut(20);
    recorder.report();
    Exposition during = Exposition.of(telemetry);
    record.bytesIn(1);
    recorder.closed(record);
    recorder.closed(record);
    Exposition after = Exposition.of(telemetry);

    assertThat(during.one("istio_tcp_connections_opened_total").value()).isEqualTo(1);
    assertThat(during.one("istio_tcp_connections_closed_total").value()).isEqualTo(0);
    assertThat(during.one("istio_tcp_received_bytes_total").value()).isEqualTo(10);
    assertThat(during.one("istio_tcp_sent_bytes_total").value()).isEqualTo(20);
    assertThat(after.one("istio_tcp_connections_closed_total").value()).isEqualTo(1);
    assertThat(after.one("istio_tcp_received_bytes_total").value()).isEqualTo(11);
    assertThat(after.one("istio_tcp_connections_closed_total").labels())
        .containsEntry("request_protocol", "tcp")
        .doesNotContainKey("response_code");
    assertThat(after.has("istio_requests_total")).isFalse();
  }

  @Test
  void reportReachesEveryOpenConnectionInWhateverOrderTheyClose() {
    TcpRecord[] records = new TcpRecord[4];
    for (int i = 0; i < records.length; i++) {
      records[i] = Flows.connection(recorder);
      recorder.opened(records[i]);
    }
    recorder.closed(records[1]);
    recorder.closed(records[3]);
    records[0].bytesIn(1);
    records[2].bytesIn(2);
    recorder.report();

    assertThat(Exposition.of(telemetry).one("istio_tcp_received_bytes_total").value()).isEqualTo(3);
  }

  @Test
  void aConnectionThatWasNeverEstablishedIsOpenedAndClosedUnderItsFlag() {
    TcpRecord record = recorder.beginTcp();
    record.flag(ResponseFlag.UF);
    recorder.closed(record);

    Exposition page = Exposition.of(telemetry);

    assertThat(page.one("istio_tcp_connections_opened_total").label("response_flags"))
        .isEqualTo("UF");
    assertThat(page.one("istio_tcp_connections_closed_total").value()).isEqualTo(1);
  }

  @Test
  void aConnectionOpenedWithoutAFlagIsClosedWithoutOne() {
    TcpRecord record = Flows.connection(recorder);
    recorder.opened(record);
    record.flag(ResponseFlag.UC);
    recorder.closed(record);

    assertThat(
            Exposition.of(telemetry)
                .one("istio_tcp_connections_closed_total")
                .label("response_flags"))
        .isEqualTo("-");
    assertThat(record.flag()).isEqualTo(ResponseFlag.UC);
  }

  @Test
  void thePageShowsBuildProcessRefusalsGaugesAndConfiguration() {
    telemetry.refused(Refusal.PEER_UNTRUSTED);
    telemetry.refused(Refusal.PEER_UNTRUSTED);
    telemetry.gauge("waypoint.tunnels", "Open tunnels", () -> 3);
    telemetry.config(new FixedState());

    Exposition page = Exposition.of(telemetry);

    assertThat(page.one("istio_build").labels().toString())
        .isEqualTo("{component=proxy, tag=1.2.3}");
    assertThat(page.has("jvm_threads_live_threads")).isTrue();
    assertThat(page.has("process_uptime_seconds")).isTrue();
    assertThat(page.count("waypoint_refusals_total")).isEqualTo(Refusal.values().length);
    assertThat(
            page.one(
                    "waypoint_refusals_total",
                    sample -> sample.label("reason").equals("peer_untrusted"))
                .value())
        .isEqualTo(2);
    assertThat(page.one("waypoint_tunnels").value()).isEqualTo(3);
    assertThat(page.one("waypoint_config_generation").value()).isEqualTo(7);
    assertThat(page.one("waypoint_config_problems").value()).isEqualTo(2);
    assertThat(page.one("waypoint_config_last_reload_success").value()).isEqualTo(0);
    assertThat(page.one("waypoint_config_last_good_timestamp_seconds").value()).isEqualTo(1.5);
  }

  private record FixedState() implements ConfigState {
    @Override
    public long generation() {
      return 7;
    }

    @Override
    public long lastGoodMillis() {
      return 1_500;
    }

    @Override
    public boolean lastChangeTaken() {
      return false;
    }

    @Override
    public int problems() {
      return 2;
    }
  }
}
