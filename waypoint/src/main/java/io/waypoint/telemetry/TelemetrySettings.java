// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import java.time.Duration;

/**
 * @param version our own, the tag of {@code istio_build}
 * @param clusterDomain completes the name of a backend that is not the service addressed
 * @param labelTuples how many combinations of label values are kept apart; further ones are counted
 *     under {@code other}. One combination is up to 67 lines of the metrics page
 * @param idle after this long without a change a combination is forgotten
 */
public record TelemetrySettings(
    String version, String clusterDomain, int labelTuples, Duration idle) {
  public static final int LABEL_TUPLES = 2_000;
  public static final Duration IDLE = Duration.ofMinutes(30);

  public TelemetrySettings {
    if (labelTuples < 1) {
      throw new IllegalArgumentException("at least one label tuple is kept");
    }
    if (idle.isNegative() || idle.isZero()) {
      throw new IllegalArgumentException("the idle time of a label tuple is positive");
    }
  }

  public static TelemetrySettings of(String version) {
    return new TelemetrySettings(version, "cluster.local", LABEL_TUPLES, IDLE);
  }
}
