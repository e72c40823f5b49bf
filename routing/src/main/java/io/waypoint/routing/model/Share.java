// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import java.util.random.RandomGenerator;

/**
 * A share of all requests.
 *
 * @param millionths 0 to 1,000,000
 */
public record Share(int millionths) {
  public static final Share ALL = new Share(1_000_000);

  public Share {
    if (millionths < 0 || millionths > 1_000_000) {
      throw new IllegalArgumentException("a share is from 0 to 100 percent");
    }
  }

  /**
   * @throws IllegalArgumentException when it is no number from 0 to 100
   */
  public static Share ofPercent(String percent) {
    double number;
    try {
      number = Double.parseDouble(percent);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + percent + "\" is not a number of percent", e);
    }
    if (!(number >= 0 && number <= 100)) {
      throw new IllegalArgumentException("a share is from 0 to 100 percent, not " + percent);
    }
    return new Share((int) Math.round(number * 10_000));
  }

  /** Whether a request is among them; draws only when there is a choice. */
  public boolean holds(RandomGenerator random) {
    return millionths == ALL.millionths
        || millionths > 0 && random.nextInt(ALL.millionths) < millionths;
  }

  /** For people: {@code 12.5 %}. */
  @Override
  public String toString() {
    double percent = millionths / 10_000.0;
    return (percent == Math.rint(percent) ? String.valueOf((int) percent) : String.valueOf(percent))
        + " %";
  }
}
