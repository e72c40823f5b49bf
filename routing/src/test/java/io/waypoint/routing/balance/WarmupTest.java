// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WarmupTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @Test
  void growsInAStraightLineFromItsLeast() {
    var warmup = new Warmup(Duration.ofSeconds(100), 10, 1);
    assertThat(warmup.factor(0)).isEqualTo(0.1);
    assertThat(warmup.factor(50 * SECOND)).isEqualTo(0.5, within(0.001));
    assertThat(warmup.factor(100 * SECOND)).isEqualTo(1);
    assertThat(warmup.factor(1000 * SECOND)).isEqualTo(1);
  }

  @Test
  void aggressionMakesItFaster() {
    assertThat(new Warmup(Duration.ofSeconds(100), 10, 2).factor(25 * SECOND))
        .isEqualTo(0.5, within(0.001));
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new Warmup(Duration.ofMillis(10), 10, 1))
        .hasMessageContaining("a second");
    assertThatThrownBy(() -> new Warmup(Duration.ofSeconds(1), 101, 1))
        .hasMessageContaining("0 to 100");
    assertThatThrownBy(() -> new Warmup(Duration.ofSeconds(1), 10, 0.5))
        .hasMessageContaining("at least 1");
  }
}
