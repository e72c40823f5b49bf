// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SystemCallsTest {
  @Test
  void theLastLineOfTheTableHasTheSum() {
    String table =
        """
        % time     seconds  usecs/call     calls    errors syscall
        ------ ----------- ----------- --------- --------- ----------------
         59.45    0.001438         110        13           sendto
          0.70    0.000017           1        13         1 recvfrom
        ------ ----------- ----------- --------- --------- ----------------
        100.00    0.002419          25        26         1 total
        """;

    assertThat(SystemCalls.total(table)).isEqualTo(26);
    assertThat(SystemCalls.total(table.replace("         1 total", "           total")))
        .isEqualTo(26);
  }

  @Test
  void withoutATableThereIsNoFigure() {
    assertThat(SystemCalls.total("strace: attach: Operation not permitted\n")).isZero();
  }
}
