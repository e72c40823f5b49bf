// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BucketsTest {
  @Test
  void aBoundBelongsToItsOwnBucket() {
    for (int i = 0; i < Buckets.LABELS.length - 1; i++) {
      long bound = Math.round(Double.parseDouble(Buckets.LABELS[i]) * 1_000);
      assertThat(Buckets.indexOf(bound)).as(Buckets.LABELS[i]).isEqualTo(i);
      assertThat(Buckets.indexOf(bound + 1)).as("over " + Buckets.LABELS[i]).isEqualTo(i + 1);
    }
    assertThat(Buckets.indexOf(0)).isZero();
    assertThat(Buckets.indexOf(Long.MAX_VALUE)).isEqualTo(Buckets.LABELS.length - 1);
  }

  @Test
  void aSizeBeyondReasonStillHasABucket() {
    long[] cells = new long[Buckets.CELLS];

    Buckets.observeWhole(cells, 0, Long.MAX_VALUE);

    assertThat(cells[Buckets.LABELS.length - 1]).isEqualTo(1);
    assertThat(cells[Buckets.SUM]).isPositive();
  }
}
