// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.report;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Medians, and an interval for them by resampling. The same figures give the same answer. */
final class Statistics {
  private static final int RESAMPLES = 2_000;
  private static final long SEED = 5;

  private Statistics() {}

  /** NaN of nothing. */
  static double median(double[] values) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The 2.5th and the 97.5th percentile of medians of resampled values. */
  static double[] bootstrap(double[] values) {
    if (values.length == 0) {
      return new double[] {Double.NaN, Double.NaN};
    }
    SplittableRandom random = new SplittableRandom(SEED);
    double[] medians = new double[RESAMPLES];
    double[] sample = new double[values.length];
    for (int i = 0; i < RESAMPLES; i++) {
      for (int j = 0; j < sample.length; j++) {
        sample[j] = values[random.nextInt(values.length)];
      }
      medians[i] = median(sample);
    }
    Arrays.sort(medians);
    return new double[] {medians[RESAMPLES / 40], medians[RESAMPLES - 1 - RESAMPLES / 40]};
  }
}
