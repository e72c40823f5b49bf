// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class SeriesLimitTest {
  private static final int LIMIT = 50;
  private static final Duration IDLE = Duration.ofMinutes(10);

  private final FakeNanos nanos = new FakeNanos();
  private final Telemetry telemetry =
      new Telemetry(
          new TelemetrySettings("1", "cluster.local", LIMIT, IDLE),
          nanos,
          InstantSource.fixed(Instant.EPOCH),
          null);
  private final Recorder recorder = telemetry.recorder();

  private void finish(int status) {
    recorder.finish(Flows.answered(recorder, status));
  }

  @Test
  void beyondTheLimitRequestsAreCountedAsOther() {
    for (int round = 0; round < 3; round++) {
      for (int status = 100; status < 500; status++) {
        finish(status);
      }
    }

    Exposition page = Exposition.of(telemetry);

    assertThat(page.count("istio_requests_total")).isEqualTo(LIMIT + 1);
    assertThat(page.sum("istio_requests_total")).isEqualTo(1_200);
    Exposition.Sample other =
        page.one("istio_requests_total", s -> s.label("destination_service").equals("other"));
    assertThat(other.value()).isEqualTo(1_200 - 3 * LIMIT);
    assertThat(page.one("waypoint_telemetry_label_tuples").value()).isEqualTo(LIMIT);
  }

  @Test
  void anIdleCombinationIsForgottenAndItsPlaceIsFree() {
    finish(200);
    Exposition.of(telemetry);
    nanos.pass(IDLE);
    assertThat(Exposition.of(telemetry).count("istio_requests_total"))
        .as("idle, still shown")
        .isEqualTo(1);
    nanos.pass(Duration.ofSeconds(5));
    assertThat(Exposition.of(telemetry).has("istio_requests_total")).isFalse();

    finish(200);

    assertThat(Exposition.of(telemetry).one("istio_requests_total").value()).isEqualTo(1);
  }

  @Test
  void aCombinationUsedBetweenTheTwoStepsIsKept() {
    finish(200);
    Exposition.of(telemetry);
    nanos.pass(IDLE);
    Exposition.of(telemetry);
    finish(200);
    nanos.pass(Duration.ofSeconds(5));

    assertThat(Exposition.of(telemetry).one("istio_requests_total").value()).isEqualTo(2);
  }

  @Test
  void oneThatIsUsedIsNeverForgotten() {
    for (int i = 0; i < 10; i++) {
      finish(200);
      Exposition.of(telemetry);
      nanos.pass(IDLE.dividedBy(2));
    }

    assertThat(Exposition.of(telemetry).one("istio_requests_total").value()).isEqualTo(10);
  }

  @Test
  void whatWasCountedAsOtherGetsItsOwnSeriesOnceThereIsRoom() {
    for (int status = 100; status < 100 + LIMIT; status++) {
      finish(status);
    }
    finish(503);
    Exposition.of(telemetry);
    nanos.pass(IDLE);
    Exposition.of(telemetry);
    nanos.pass(Duration.ofSeconds(5));
    Exposition.of(telemetry);

    finish(503);

    assertThat(
            Exposition.of(telemetry)
                .one("istio_requests_total", s -> s.label("response_code").equals("503"))
                .value())
        .isEqualTo(1);
  }

  @Test
  void anOpenConnectionKeepsItsSeries() {
    TcpRecord record = Flows.connection(recorder);
    recorder.opened(record);
    for (int i = 0; i < 4; i++) {
      Exposition.of(telemetry);
      nanos.pass(IDLE);
    }
    recorder.closed(record);

    Exposition page = Exposition.of(telemetry);

    assertThat(page.one("istio_tcp_connections_opened_total").value()).isEqualTo(1);
    assertThat(page.one("istio_tcp_connections_closed_total").value()).isEqualTo(1);
  }

  @Test
  void theDefaultsAreStated() {
    TelemetrySettings settings = TelemetrySettings.of("1");

    assertThat(settings.labelTuples()).isEqualTo(2_000);
    assertThat(settings.idle()).isEqualTo(Duration.ofMinutes(30));
    assertThat(settings.clusterDomain()).isEqualTo("cluster.local");
  }
}
