// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EndpointSetTest {
  @Test
  void readyOnesComeFirstInTheOrderGiven() {
    EndpointSet set = Endpoints.half(7);
    assertThat(set.endpoints().stream().map(Endpoint::workload))
        .containsExactly(
            "default/w1",
            "default/w3",
            "default/w5",
            "default/w0",
            "default/w2",
            "default/w4",
            "default/w6");
    assertThat(set.readyCount()).isEqualTo(3);
  }

  @Test
  void countsTheReadyOnes() {
    for (int i = 0; i < 20; i++) {
      assertThat(Endpoints.ready(i).readyCount()).isEqualTo(i);
      assertThat(Endpoints.half(i).readyCount()).isEqualTo(i / 2);
      assertThat(Endpoints.none(i).readyCount()).isZero();
    }
  }
}
