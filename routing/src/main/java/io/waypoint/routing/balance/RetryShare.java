// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

/**
 * How many of the requests under way to a backend may be repetitions ({@code retryBudget} of a
 * DestinationRule).
 *
 * @param percent of the requests under way, 0 to 100
 * @param least so many may be in any case
 */
public record RetryShare(double percent, int least) {
  /** What Istio gives an empty block. */
  public static final RetryShare DEFAULT = new RetryShare(20, 3);

  public RetryShare {
    if (!(percent >= 0 && percent <= 100)) {
      throw new IllegalArgumentException("the percent of a retry budget is from 0 to 100");
    }
    if (least < 0) {
      throw new IllegalArgumentException("a number of retries is not negative");
    }
  }

  /** How many repetitions may be under way among so many requests. */
  public int of(int requests) {
    return Math.max(least, (int) (requests * percent / 100));
  }
}
