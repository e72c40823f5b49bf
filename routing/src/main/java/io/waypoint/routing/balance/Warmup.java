// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.time.Duration;

/**
 * How an endpoint that has just come gets its share little by little ({@code warmup} of a
 * DestinationRule).
 *
 * @param duration until it has all of its share
 * @param leastPercent with which it begins
 * @param aggression 1 for a straight line, more for a faster start
 */
public record Warmup(Duration duration, int leastPercent, double aggression) {
  public Warmup {
    if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("a warmup lasts a second or more");
    }
    if (leastPercent < 0 || leastPercent > 100) {
      throw new IllegalArgumentException("minimumPercent is from 0 to 100");
    }
    if (!(aggression >= 1)) {
      throw new IllegalArgumentException("aggression is at least 1");
    }
  }

  /** The share of its share that an endpoint of some age gets, 0 to 1. */
  public double factor(long ageNanos) {
    double age = Math.max(1, ageNanos) / (double) duration.toNanos();
    return age >= 1 ? 1 : Math.max(leastPercent / 100.0, Math.pow(age, 1 / aggression));
  }
}
