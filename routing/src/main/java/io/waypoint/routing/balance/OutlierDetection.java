// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.time.Duration;

/**
 * When an endpoint that fails is left out for a while ({@code outlierDetection} of a
 * DestinationRule).
 *
 * @param serverErrors how many answers of 5xx in a row eject; 0 for never
 * @param gatewayErrors the same of 502, 503 and 504
 * @param localErrors the same of failures to get an answer at all, when these are split
 * @param splitLocalErrors whether failures without an answer have a counter of their own instead of
 *     counting as 5xx
 * @param interval how often ejections end and multipliers shrink
 * @param baseEjection the first ejection's length; the next one is longer by as much
 * @param mostEjectedPercent of all endpoints; one may always be ejected
 * @param leastHealthPercent below which ejections are ignored; 0 for never
 */
public record OutlierDetection(
    int serverErrors,
    int gatewayErrors,
    int localErrors,
    boolean splitLocalErrors,
    Duration interval,
    Duration baseEjection,
    int mostEjectedPercent,
    int leastHealthPercent) {
  /** What an empty block means. */
  public static final OutlierDetection DEFAULTS =
      new OutlierDetection(5, 0, 5, false, Duration.ofSeconds(10), Duration.ofSeconds(30), 10, 0);

  /** However often an endpoint was ejected, it comes back after this time (Envoy's limit). */
  static final Duration LONGEST_EJECTION = Duration.ofMinutes(5);

  public OutlierDetection {
    percent(mostEjectedPercent, "maxEjectionPercent");
    percent(leastHealthPercent, "minHealthPercent");
    if (serverErrors < 0 || gatewayErrors < 0 || localErrors < 0) {
      throw new IllegalArgumentException("a number of errors in a row is not negative");
    }
    if (!interval.isPositive() || !baseEjection.isPositive()) {
      throw new IllegalArgumentException("interval and baseEjectionTime are longer than 0");
    }
  }

  private static void percent(int value, String what) {
    if (value < 0 || value > 100) {
      throw new IllegalArgumentException(what + " is from 0 to 100, not " + value);
    }
  }
}
