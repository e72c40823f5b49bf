// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone.coalescing;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.hbone.coalescing.Pace.Gathering;
import io.waypoint.hbone.coalescing.Pace.Prompt;
import io.waypoint.hbone.coalescing.Pace.Worth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {
  private static final long WINDOW = 20_000_000;
  private static final long SECOND = 1_000_000_000;
  private static final Worth WORTH = new Worth(500_000, 0.25, 4, 8);

  /**
   * A window of 20 ms with so many messages a second, on a loop that was busy for a share of it.
   */
  private static Window window(int perSecond, double busy) {
    return window(perSecond, busy, 0);
  }

  private static Window window(int perSecond, double busy, int grown) {
    return new Window(WINDOW, (long) (WINDOW * busy), perSecond / 50, grown / 50.0);
  }

  private static Pace after(Pace pace, int windows, int perSecond, double busy) {
    Pace now = pace;
    for (int i = 0; i < windows; i++) {
      now = now.after(window(perSecond, busy));
    }
    return now;
  }

  private static Pace gathering(int perSecond) {
    Pace pace = after(Pace.prompt(WORTH), 3, perSecond, 0.5);
    assertThat(pace).isInstanceOf(Gathering.class);
    return pace;
  }

  @ParameterizedTest
  @CsvSource({
    "12000, 0.50, 500000", // six in half a millisecond
    "8000, 0.50, 500000", // four
    "7900, 0.50, 0", // not worth it
    "12000, 0.20, 0", // the CPU does not matter
    "16000, 0.50, 500000", // eight
    "32000, 0.50, 250000", // eight in half of it
    "160000, 0.90, 50000"
  })
  void busyLoopsGatherForAsLongAsItTakes(int perSecond, double busy, long turnNanos) {
    assertThat(after(Pace.prompt(WORTH), 3, perSecond, busy).turnNanos()).isEqualTo(turnNanos);
  }

  @Test
  void oneWindowProvesNothing() {
    assertThat(after(Pace.prompt(WORTH), 2, 100_000, 1).turnNanos()).isZero();
  }

  @Test
  void nothingAtAllIsNoReason() {
    assertThat(Pace.prompt(WORTH).after(Window.NOTHING).after(Window.NOTHING).turnNanos()).isZero();
    assertThat(Pace.prompt(WORTH).after(new Window(0, 0, 10, 0)).turnNanos()).isZero();
  }

  @Test
  void followsItsLoad() {
    Pace pace = gathering(16_000);
    assertThat(pace.after(window(32_000, 0.5)).turnNanos()).isEqualTo(250_000);
    assertThat(pace.after(window(13_000, 0.3)).turnNanos()).isEqualTo(500_000);
  }

  /** Gathering saves CPU: that the loop is less busy for it must not end it. */
  @Test
  void staysWhileItPays() {
    assertThat(after(gathering(12_000), 50, 12_000, 0.12)).isInstanceOf(Gathering.class);
    assertThat(gathering(8_000).after(window(5_000, 0.3))).isInstanceOf(Gathering.class);
  }

  /** What ends later than at once is the load, and nobody's fault. */
  @Test
  void endsWithItsLoad() {
    Pace pace = after(gathering(8_000), 10, 8_000, 0.3);
    assertThat(pace.after(window(4_000, 0.3))).isEqualTo(Pace.prompt(WORTH));
    assertThat(pace.after(window(8_000, 0.05))).isEqualTo(Pace.prompt(WORTH));
    assertThat(gathering(8_000).after(window(8_000, 0.05))).isEqualTo(Pace.prompt(WORTH));
  }

  private static Prompt pause(int seconds, int failures) {
    return Prompt.of(WORTH, seconds * SECOND, failures);
  }

  /** So many callers who ask one thing after the other, when each answer takes so much longer. */
  @ParameterizedTest
  @CsvSource({
    "16000, 8000, 3", // four of them get half as much
    "10800, 4000, 1", // two: so little that one window tells it
    "13400, 11000, 3" // sixteen with slow backends lose a fifth
  })
  void callersWhoWaitForUsEndItForAWhile(int before, int since, int windows) {
    Pace pace = after(gathering(before), windows - 1, since, 0.3);
    assertThat(pace).isInstanceOfAny(Gathering.class);
    pace = pace.after(window(since, 0.3));
    assertThat(pace).isEqualTo(pause(1, 1));
    assertThat(after(pace, 50 + 2, before, 0.5).turnNanos()).isZero();
    assertThat(after(pace, 50 + 3, before, 0.5)).isInstanceOf(Gathering.class);
  }

  @Test
  void failuresInARowMakeThePauseLonger() {
    Pace pace = Pace.prompt(WORTH);
    int expected = 1;
    for (int failure = 1; failure <= 8; failure++) {
      while (!(pace instanceof Gathering)) {
        pace = pace.after(window(16_000, 0.5));
      }
      pace = after(pace, 3, 8_000, 0.3);
      assertThat(pace).isEqualTo(pause(expected, failure));
      expected = Math.min(expected * 2, 32);
    }
  }

  /** A quiet loop looks seldom: time counts, not windows. */
  @Test
  void pausesAreTime() {
    Pace pace = after(gathering(16_000), 3, 8_000, 0.3);
    assertThat(pace.after(new Window(5 * SECOND, 0, 5, 0))).isEqualTo(Prompt.of(WORTH, 0, 1));
  }

  /** A window with fewer is chance; three are not. */
  @Test
  void oneSlowWindowIsNoFailure() {
    Pace pace = gathering(16_000).after(window(12_000, 0.3));
    assertThat(after(pace, 50, 16_000, 0.3)).isInstanceOf(Gathering.class);
  }

  /** Calls of one tunnel that have gathered come in one frame. */
  @ParameterizedTest
  @CsvSource({"6000, 6000", "1000, 11000"})
  void messagesThatGrowTogetherAreNotLost(int perSecond, int grown) {
    Pace pace = gathering(12_000);
    for (int i = 0; i < 50; i++) {
      pace = pace.after(window(perSecond, 0.3, grown));
      assertThat(pace.turnNanos()).isEqualTo(500_000);
    }
  }

  @Test
  void messagesThatGrowTogetherMayBeLostToo() {
    Pace pace = gathering(12_000);
    for (int i = 0; i < 3; i++) {
      pace = pace.after(window(3_000, 0.3, 7_000));
    }
    assertThat(pace).isEqualTo(pause(1, 1));
  }

  /** By chance: shorter bodies than before. */
  @Test
  void shorterMessagesAreAsMany() {
    Pace pace = gathering(12_000);
    for (int i = 0; i < 50; i++) {
      pace = pace.after(window(12_000, 0.3, -6_000));
    }
    assertThat(pace).isInstanceOf(Gathering.class);
  }

  /** Longer ones in one window and shorter ones in the next are no more in both than they are. */
  @Test
  void sizesThatVaryHideNoLoss() {
    Pace pace = gathering(12_000);
    pace = pace.after(window(9_600, 0.3, 4_800)).after(window(9_600, 0.3, -4_800));
    assertThat(pace.after(window(9_600, 0.3))).isEqualTo(pause(1, 1));
  }

  /** Half a second later nobody knows what would have come. */
  @Test
  void loadMayFallLater() {
    Pace pace = after(gathering(16_000), 10, 16_000, 0.3);
    assertThat(after(pace, 50, 10_000, 0.3)).isInstanceOf(Gathering.class);
  }

  /** From time to time it is looked at what comes without, and a good while forgives failures. */
  @Test
  void measuresAgain() {
    Pace pace = after(gathering(16_000), 3, 8_000, 0.3);
    pace = after(pace, 53, 16_000, 0.5);
    assertThat(after(pace, 99, 16_000, 0.3)).isInstanceOf(Gathering.class);
    assertThat(after(pace, 100, 16_000, 0.3)).isEqualTo(Pace.prompt(WORTH));
  }

  @Test
  void endOfALoadForgivesNothing() {
    Pace pace = after(gathering(16_000), 3, 8_000, 0.3);
    pace = after(pace, 53, 16_000, 0.5);
    pace = after(pace, 10, 16_000, 0.3);
    assertThat(pace.after(window(1_000, 0.3))).isEqualTo(pause(0, 1));
  }
}
