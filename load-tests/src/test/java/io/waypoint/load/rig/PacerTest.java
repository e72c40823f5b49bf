// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pacer's arithmetic on a clock that only the test moves. */
class PacerTest {
  private static final long MILLI = 1_000_000;
  private static final long STEP = 50_000;

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final EventLoop loop = channel.eventLoop();
  private long now;
  private final Pacer pacer = new Pacer(loop, () -> now);

  @BeforeEach
  void holdTheClock() {
    channel.freezeTime();
  }

  /** A server that takes one request after the other and answers when {@code answeredAt} says. */
  private final class Server extends Lane {
    private final LongUnaryOperator answeredAt;

    Server(LongUnaryOperator answeredAt) {
      this.answeredAt = answeredAt;
    }

    @Override
    void send() {
      long wait = answeredAt.applyAsLong(now) - now;
      loop.schedule(() -> pacer.ended(this, null, 0), wait, TimeUnit.NANOSECONDS);
    }

    @Override
    void close() {}
  }

  private Tally run(double rate, double seconds) {
    CompletableFuture<Tally> result = pacer.start(new Pacer.Pace(rate, seconds));
    channel.runPendingTasks();
    long longest = now + (long) ((seconds + 11) * 1e9);
    while (!result.isDone() && now < longest) {
      now += STEP;
      channel.advanceTimeBy(STEP, TimeUnit.NANOSECONDS);
      channel.runScheduledPendingTasks();
    }
    return result.join();
  }

  private static double millis(Tally tally, double percentile) {
    return tally.latency().getValueAtPercentile(percentile) / (double) MILLI;
  }

  @Test
  void aConstantDelayIsEveryPercentile() {
    for (int i = 0; i < 8; i++) {
      pacer.add(new Server(at -> at + 5 * MILLI));
    }

    Tally tally = run(1_000, 2);

    assertThat(tally.completed()).isEqualTo(2_000);
    for (double percentile : new double[] {1, 50, 99, 99.9}) {
      assertThat(millis(tally, percentile)).isCloseTo(5, within(0.06));
    }
    assertThat(tally.isLate()).isFalse();
  }

  /**
   * Answers take 1 ms, but none leaves between 0.5 s and 1.0 s: of 2,000 requests 500 became due in
   * the stall and waited for its end on average for half of it, whatever the number of lanes.
   */
  @Test
  void aStallDelaysEveryRequestThatBecomesDueInIt() {
    for (int i = 0; i < 16; i++) {
      pacer.add(
          new Server(at -> at >= 500 * MILLI && at < 1_000 * MILLI ? 1_001 * MILLI : at + MILLI));
    }

    Tally tally = run(1_000, 2);

    assertThat(tally.completed()).isEqualTo(2_000);
    // Uniform between 0 and 500 ms for a quarter of the requests, and the queue behind it.
    assertThat(millis(tally, 74)).isLessThan(40);
    assertThat(millis(tally, 87.5)).isCloseTo(266, within(30.0));
    assertThat(millis(tally, 99)).isCloseTo(480, within(20.0));
    assertThat(tally.latency().getMaxValue() / (double) MILLI).isCloseTo(501, within(1.0));
    assertThat(tally.service().getValueAtPercentile(99) / (double) MILLI)
        .as("what a generator that waits would have told")
        .isLessThan(1.1);
  }

  @Test
  void aServerTooSlowForTheRateIsTold() {
    pacer.add(new Server(at -> at + 4 * MILLI));

    Tally tally = run(500, 1);

    // 250 answers a second for 500 requests: the last one was due a second before its answer.
    assertThat(tally.completed()).isEqualTo(500);
    assertThat(tally.latency().getMaxValue() / (double) MILLI).isCloseTo(1_000, within(20.0));
    assertThat(tally.service().getMaxValue() / (double) MILLI).isCloseTo(4, within(0.1));
  }

  @Test
  void aGeneratorBehindItsOwnTimesSaysSo() {
    for (int i = 0; i < 4; i++) {
      pacer.add(new Server(at -> at + MILLI));
    }
    CompletableFuture<Tally> result = pacer.start(new Pacer.Pace(100, 1));
    channel.runPendingTasks();
    while (!result.isDone()) {
      // The loop does something else for 25 ms at a time.
      now += 25 * MILLI;
      channel.advanceTimeBy(25, TimeUnit.MILLISECONDS);
      channel.runScheduledPendingTasks();
    }

    assertThat(result.join().isLate()).isTrue();
  }

  @Test
  void whatIsNeitherSentNorAnsweredAtTheEndIsCounted() {
    pacer.add(
        new Lane() {
          @Override
          void send() {}

          @Override
          void close() {}
        });

    Tally tally = run(10, 1);

    assertThat(tally.completed()).isZero();
    assertThat(tally.failures()).containsEntry("no answer", 10L);
    assertThat(tally.latency().getMinValue()).isGreaterThan(9_000 * MILLI);
  }

  @Test
  void theClosedLoopKeepsEveryLaneBusy() {
    for (int i = 0; i < 3; i++) {
      pacer.add(new Server(at -> at + MILLI));
    }

    Tally tally = run(0, 1);

    assertThat(tally.rate()).isCloseTo(3_000, within(200.0));
  }
}
