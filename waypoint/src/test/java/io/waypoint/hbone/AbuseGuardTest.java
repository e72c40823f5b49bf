// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypoint.refusal.Refusal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The limits themselves, on a clock that stands still unless told. */
final class AbuseGuardTest {
  private long now = 1_000;
  private final AbuseGuard guard = new AbuseGuard(() -> now);

  private interface Deed {
    void run() throws AbuseException;
  }

  private static void assertLimit(int allowed, Refusal reason, Deed deed) throws AbuseException {
    for (int i = 0; i < allowed; i++) {
      deed.run();
    }
    assertThatThrownBy(deed::run)
        .isInstanceOfSatisfying(
            AbuseException.class, abuse -> assertThat(abuse.reason()).isEqualTo(reason));
  }

  @Test
  void fruitlessAndProvokedResetsShareOneLimitThatRefills() throws AbuseException {
    assertLimit(
        199,
        Refusal.H2_RESET_FLOOD,
        () -> {
          guard.fruitlessReset();
          now++;
          if (now == 1_001) {
            guard.provokedReset();
          }
        });
    now += Duration.ofSeconds(1).toNanos();
    assertLimit(20, Refusal.H2_RESET_FLOOD, guard::provokedReset);
  }

  @Test
  void controlFramesHaveALimit() throws AbuseException {
    assertLimit(1_000, Refusal.H2_CONTROL_FLOOD, guard::control);
    now += Duration.ofSeconds(100).toNanos();
    assertLimit(1_000, Refusal.H2_CONTROL_FLOOD, guard::control);
  }

  @Test
  void windowUpdatesAndLateFramesHaveAWideOne() throws AbuseException {
    guard.late();
    assertLimit(19_999, Refusal.H2_CONTROL_FLOOD, guard::windowUpdate);
  }

  @Test
  void tinyFramesInAHurryAreAnAttackAndSlowlyTheyAreAnInteractiveSession() throws AbuseException {
    for (int i = 0; i < 100_000; i++) {
      guard.data(1, false);
      now += Duration.ofMillis(2).toNanos();
    }
    for (int i = 0; i < 100_000; i++) {
      guard.data(1_000, false);
      guard.data(0, true);
    }
    AbuseGuard fresh = new AbuseGuard(() -> now);
    assertLimit(9_999, Refusal.H2_TINY_DATA, () -> fresh.data(15, false));
  }
}
