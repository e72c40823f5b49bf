// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TriedTest {
  @Test
  void remembersWhatWasAdded() {
    Endpoint a = Endpoints.endpoint(1, true);
    Endpoint b = Endpoints.endpoint(2, true);
    Tried tried = Tried.NONE.and(a);
    assertThat(tried.holds(a)).isTrue();
    assertThat(tried.holds(b)).isFalse();
    assertThat(tried.and(b).holds(a)).isTrue();
    assertThat(tried.and(b).size()).isEqualTo(2);
    assertThat(Tried.NONE.holds(a)).isFalse();
    assertThat(Tried.NONE.size()).isZero();
  }
}
