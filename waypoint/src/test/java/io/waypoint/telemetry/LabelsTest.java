// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class LabelsTest {
  private final Telemetry telemetry =
      new Telemetry(
          TelemetrySettings.of("1"), new FakeNanos(), InstantSource.fixed(Instant.EPOCH), null);
  private final Recorder recorder = telemetry.recorder();

  @Test
  void nothingThatACallerWritesBecomesALabel() {
    for (int i = 0; i < 1_000; i++) {
      RequestRecord record = Flows.answered(recorder, 200);
      record.request("M" + i, "/secret" + i, "host" + i, Protocol.HTTP_2);
      record.headers("secret" + i, "secret" + i, "secret" + i);
      recorder.finish(record);
    }

    Exposition page = Exposition.of(telemetry);

    assertThat(page.one("istio_requests_total").value()).isEqualTo(1_000);
    assertThat(page.one("istio_requests_total").labels().toString()).doesNotContain("secret");
  }

  @Test
  void aHostileWorkloadNameStaysOneLabel() {
    RequestRecord record = Flows.answered(recorder, 200);
    String hostile = "x\"} 1\nistio_build{a=\"\\\u0000\u001b[31m\u00e9";
    record.caller(
        Flows.PRODUCTPAGE, Flows.workload(hostile, "app", "v1", Flows.PRODUCTPAGE), Flows.PEER);
    recorder.finish(record);

    Exposition page = Exposition.of(telemetry);

    assertThat(page.one("istio_requests_total").label("source_workload"))
        .isEqualTo("x\\\"} 1\\nistio_build{a=\\\"\\\\__[31m_");
    assertThat(page.one("istio_build").label("component")).isEqualTo("proxy");
  }

  @Test
  void aLongNameIsCut() {
    RequestRecord record = Flows.answered(recorder, 200);
    String name = "n".repeat(10_000);
    record.caller(
        Flows.PRODUCTPAGE, Flows.workload(name, "app", "v1", Flows.PRODUCTPAGE), Flows.PEER);
    recorder.finish(record);

    assertThat(Exposition.of(telemetry).one("istio_requests_total").label("source_workload"))
        .hasSize(256);
  }

  @Test
  void aBackendThatIsAnotherServiceHasItsOwnName() {
    RequestRecord record = Flows.answered(recorder, 200);
    record.attempt(Flows.REVIEWS_V2_PORT, Flows.ENDPOINT, Flows.TARGET);
    recorder.finish(record);

    Exposition.Sample sample = Exposition.of(telemetry).one("istio_requests_total");

    assertThat(sample.label("destination_service"))
        .isEqualTo("reviews-v2.default.svc.cluster.local");
    assertThat(sample.label("destination_service_name")).isEqualTo("reviews-v2");
    assertThat(sample.label("destination_principal")).as("not connected").isEqualTo("unknown");
  }

  @Test
  void aWorkloadAddressedDirectlyHasNoService() {
    RequestRecord record = Flows.answered(recorder, 200);
    record.addressed("10.0.0.12", 9080, Flows.destination("reviews-v2-0", "10.0.0.12", true));
    recorder.finish(record);

    Exposition.Sample sample = Exposition.of(telemetry).one("istio_requests_total");

    assertThat(sample.label("destination_service")).isEqualTo("unknown");
    assertThat(sample.label("destination_workload")).isEqualTo("reviews-v2");
    assertThat(sample.label("destination_service_namespace")).isEqualTo("default");
  }

  @Test
  void everythingThatALabelShowsTellsSeriesApart() {
    recorder.finish(Flows.answered(recorder, 200));
    recorder.finish(Flows.answered(recorder, 500));
    RequestRecord flagged = Flows.answered(recorder, 200);
    flagged.flag(ResponseFlag.DC);
    recorder.finish(flagged);
    RequestRecord grpc = Flows.answered(recorder, 200);
    grpc.grpc();
    recorder.finish(grpc);
    RequestRecord grpcAnswered = Flows.answered(recorder, 200);
    grpcAnswered.grpc();
    grpcAnswered.grpcStatus(0);
    recorder.finish(grpcAnswered);
    RequestRecord other = Flows.answered(recorder, 200);
    other.caller(Flows.REVIEWS, Flows.CALLER, Flows.PEER);
    recorder.finish(other);
    RequestRecord anonymous = Flows.answered(recorder, 200);
    anonymous.caller(Flows.PRODUCTPAGE, null, Flows.PEER);
    recorder.finish(anonymous);
    RequestRecord elsewhere = Flows.answered(recorder, 200);
    elsewhere.attempt(Flows.REVIEWS_PORT, Flows.ENDPOINT, null);
    recorder.finish(elsewhere);

    assertThat(Exposition.of(telemetry).count("istio_requests_total")).isEqualTo(8);
  }

  @Test
  void podsOfOneOwnerShareASeries() {
    for (int pod = 0; pod < 3; pod++) {
      RequestRecord record = Flows.answered(recorder, 200);
      var sibling =
          new io.waypoint.world.Workload(
              "productpage-v1-" + pod,
              "default",
              new String("productpage-v1".toCharArray()),
              Flows.PRODUCTPAGE,
              "productpage",
              "v1",
              "productpage",
              "v1",
              "Kubernetes");
      record.caller(Flows.PRODUCTPAGE, sibling, Flows.PEER);
      recorder.finish(record);
    }

    assertThat(Exposition.of(telemetry).one("istio_requests_total").value()).isEqualTo(3);
  }
}
