// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

/**
 * The histogram that Istio's metrics share: 19 bounds, the same for milliseconds and for bytes. Its
 * cells are one for each bucket, one beyond the last bound, and one for the sum.
 */
final class Buckets {
  /** Upper bounds, as the exposition prints them. */
  static final String[] LABELS = {
    "0.5", "1", "5", "10", "25", "50", "100", "250", "500", "1000", "2500", "5000", "10000",
    "30000", "60000", "300000", "600000", "1.8e+06", "3.6e+06", "+Inf"
  };

  /** The same bounds in thousandths, so that 0.5 is a whole number. */
  private static final long[] BOUNDS = {
    500,
    1_000,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    30_000_000,
    60_000_000,
    300_000_000,
    600_000_000,
    1_800_000_000L,
    3_600_000_000L
  };

  static final int SUM = LABELS.length;
  static final int CELLS = LABELS.length + 1;

  private static final long WHOLE = 1_000;

  private Buckets() {}

  /** Observes a value given in thousandths of the unit; the sum is kept in thousandths. */
  static void observe(long[] cells, int offset, long thousandths) {
    Series.add(cells, offset + indexOf(thousandths), 1);
    Series.add(cells, offset + SUM, thousandths);
  }

  /** Observes a whole value; a size beyond what thousandths can hold counts as the largest. */
  static void observeWhole(long[] cells, int offset, long value) {
    long bounded = Math.min(value, Long.MAX_VALUE / WHOLE);
    Series.add(cells, offset + indexOf(bounded * WHOLE), 1);
    Series.add(cells, offset + SUM, bounded);
  }

  static int indexOf(long thousandths) {
    int low = 0;
    int high = BOUNDS.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (BOUNDS[middle] < thousandths) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
