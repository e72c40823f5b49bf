// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.report;

import java.util.Locale;

/**
 * A median of paired ratios and how sure it is.
 *
 * @param low lower end of the 95 % interval
 * @param high upper end
 * @param used pairs that the median is of
 * @param measured pairs that count at all
 * @param noisy whether the machine was too busy to leave a noisy pair out
 */
public record Ratio(double median, double low, double high, int used, int measured, boolean noisy) {
  static Ratio of(double[] ratios, int measured, boolean noisy) {
    double[] interval = Statistics.bootstrap(ratios);
    return new Ratio(
        Statistics.median(ratios), interval[0], interval[1], ratios.length, measured, noisy);
  }

  public boolean isKnown() {
    return used > 0;
  }

  @Override
  public String toString() {
    return isKnown()
        ? String.format(
            Locale.ROOT,
            "%.2f [%.2f, %.2f] of %d pairs%s",
            median,
            low,
            high,
            used,
            noisy ? ", noisy" : "")
        : "unknown";
  }
}
