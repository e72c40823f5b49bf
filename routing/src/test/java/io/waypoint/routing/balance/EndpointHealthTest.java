// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import static io.waypoint.routing.balance.EndpointHealth.Outcome.ANSWERED;
import static io.waypoint.routing.balance.EndpointHealth.Outcome.GATEWAY_ERROR;
import static io.waypoint.routing.balance.EndpointHealth.Outcome.LOCAL_ERROR;
import static io.waypoint.routing.balance.EndpointHealth.Outcome.SERVER_ERROR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypoint.routing.balance.EndpointHealth.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** policies.md 5C. */
class EndpointHealthTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final EndpointHealth health = new EndpointHealth();

  private static OutlierDetection policy(int server, int gateway, int local, boolean split) {
    return new OutlierDetection(
        server, gateway, local, split, Duration.ofSeconds(10), Duration.ofSeconds(30), 10, 0);
  }

  private boolean report(OutlierDetection policy, Outcome... outcomes) {
    boolean full = false;
    for (Outcome outcome : outcomes) {
      full = health.report(outcome, policy);
    }
    return full;
  }

  @ParameterizedTest
  @CsvSource({
    "200, ANSWERED",
    "404, ANSWERED",
    "500, SERVER_ERROR",
    "501, SERVER_ERROR",
    "502, GATEWAY_ERROR",
    "503, GATEWAY_ERROR",
    "504, GATEWAY_ERROR",
    "505, SERVER_ERROR",
    "599, SERVER_ERROR",
  })
  void aStatusIsAnOutcome(int status, Outcome outcome) {
    assertThat(Outcome.of(status)).isEqualTo(outcome);
  }

  @Test
  void fiveErrorsInARowAreTheDefault() {
    var policy = OutlierDetection.DEFAULTS;
    assertThat(report(policy, SERVER_ERROR, GATEWAY_ERROR, LOCAL_ERROR, SERVER_ERROR)).isFalse();
    assertThat(report(policy, SERVER_ERROR)).isTrue();
  }

  @Test
  void anyAnswerBreaksTheRow() {
    var policy = policy(2, 0, 0, false);
    assertThat(report(policy, SERVER_ERROR, ANSWERED, SERVER_ERROR)).isFalse();
    assertThat(report(policy, SERVER_ERROR)).isTrue();
  }

  @Test
  void gatewayErrorsHaveARowOfTheirOwn() {
    var policy = policy(0, 2, 0, false);
    assertThat(report(policy, GATEWAY_ERROR, SERVER_ERROR, GATEWAY_ERROR)).isFalse();
    assertThat(report(policy, GATEWAY_ERROR)).isTrue();
  }

  @Test
  void zeroMeansNever() {
    var policy = policy(0, 0, 0, true);
    for (int i = 0; i < 100; i++) {
      assertThat(report(policy, SERVER_ERROR, GATEWAY_ERROR, LOCAL_ERROR)).isFalse();
    }
  }

  @Test
  void splitLocalErrorsDoNotCountAsServerErrors() {
    var policy = policy(2, 0, 3, true);
    assertThat(report(policy, LOCAL_ERROR, LOCAL_ERROR)).isFalse();
    assertThat(report(policy, LOCAL_ERROR)).isTrue();
    assertThat(report(policy(2, 0, 3, false), LOCAL_ERROR, LOCAL_ERROR)).isTrue();
  }

  @Test
  void anErrorThatWasAnsweredProvesThatTheWayIsSound() {
    var policy = policy(0, 0, 2, true);
    assertThat(report(policy, LOCAL_ERROR, SERVER_ERROR, LOCAL_ERROR)).isFalse();
  }

  @Test
  void eachEjectionIsLongerAndHealthyIntervalsForgive() {
    var policy = OutlierDetection.DEFAULTS;
    health.eject(0);
    assertThat(health.isOut()).isTrue();
    assertThat(health.sweep(30 * SECOND - 1, policy)).isFalse();
    assertThat(health.sweep(30 * SECOND, policy)).isTrue();
    assertThat(health.isOut()).isFalse();
    health.eject(40 * SECOND);
    assertThat(health.sweep(90 * SECOND, policy)).isFalse();
    assertThat(health.sweep(100 * SECOND, policy)).isTrue();
    health.sweep(110 * SECOND, policy);
    health.sweep(120 * SECOND, policy);
    health.eject(130 * SECOND);
    assertThat(health.sweep(160 * SECOND, policy)).isTrue();
  }

  @Test
  void noEjectionLastsLongerThanFiveMinutes() {
    var policy = OutlierDetection.DEFAULTS;
    for (int i = 0; i < 20; i++) {
      health.eject(0);
    }
    assertThat(health.sweep(299 * SECOND, policy)).isFalse();
    assertThat(health.sweep(300 * SECOND, policy)).isTrue();
  }

  @Test
  void theRowBeginsAgainAfterAnEjection() {
    var policy = policy(2, 0, 0, false);
    report(policy, SERVER_ERROR, SERVER_ERROR);
    health.eject(0);
    assertThat(report(policy, SERVER_ERROR)).isFalse();
  }

  @Test
  void oneMayAlwaysBeEjectedAndThenTheShareDecides() {
    var ten = OutlierDetection.DEFAULTS;
    assertThat(EndpointHealth.mayEject(0, 3, ten)).isTrue();
    assertThat(EndpointHealth.mayEject(1, 3, ten)).isFalse();
    assertThat(EndpointHealth.mayEject(1, 20, ten)).isTrue();
    assertThat(EndpointHealth.mayEject(2, 20, ten)).isFalse();
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> policy(-1, 0, 0, false)).hasMessageContaining("not negative");
    assertThatThrownBy(() ->
            new OutlierDetection(5, 0, 5, false, Duration.ZERO, Duration.ofSeconds(30), 10, 0))
        .hasMessageContaining("longer than 0");
    assertThatThrownBy(() ->
            new OutlierDetection(
                5, 0, 5, false, Duration.ofSeconds(1), Duration.ofSeconds(30), 101, 0))
        .hasMessageContaining("maxEjectionPercent");
  }
}
