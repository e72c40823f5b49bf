// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone.coalescing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One loop's turns on a clock that stands still unless somebody works, waits or rests. */
class CoalescingIoTest {
  private static final long MILLI = 1_000_000;
  private static final Pace.Worth WORTH = new Pace.Worth(500_000, 0.25, 4, 8);

  private long now = 5_000_000_000L;
  private final List<Long> rests = new ArrayList<>();
  private final List<Boolean> told = new ArrayList<>();
  private final Selector selector = new Selector();
  private final Loop loop = new Loop();
  private final CoalescingIo io =
      new CoalescingIo(
          selector,
          WORTH,
          () -> now,
          nanos -> {
            rests.add(nanos);
            now += nanos;
          },
          told::add);

  /** Netty's side, and messages that come one after the other, each of which is some work. */
  private final class Selector implements IoHandler {
    private long every = 80_000;
    private long work = 40_000;
    private boolean oneChannel;
    private boolean oneTunnel;
    private long next = now + every;

    @Override
    public int run(IoHandlerContext context) {
      assertThat(context.shouldReportActiveIoTime()).isTrue();
      if (context.canBlock()) {
        now = Math.max(now, next);
      }
      int messages = 0;
      for (; next <= now; next += every) {
        messages++;
      }
      if (oneChannel && messages > 1) {
        io.more(oneTunnel ? 0 : messages - 1, oneTunnel ? messages - 1 : 0);
      }
      now += messages * work;
      context.reportActiveIoTime(messages * work);
      return oneChannel ? Math.min(messages, 1) : messages;
    }

    @Override
    public IoRegistration register(IoHandle handle) {
      throw new AssertionError("nobody registers");
    }

    @Override
    public void wakeup() {}

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
      return false;
    }
  }

  private static final class Loop implements IoHandlerContext {
    private boolean idle = true;
    private long delay = 1_000 * MILLI;

    @Override
    public boolean canBlock() {
      return idle;
    }

    @Override
    public long delayNanos(long now) {
      return delay;
    }

    @Override
    public long deadlineNanos() {
      return 0;
    }
  }

  private void turnsFor(long nanos) {
    long end = now + nanos;
    while (now < end) {
      io.run(loop);
    }
  }

  /** 12,500 messages a second, half of the time busy. */
  private void becomesBusy() {
    turnsFor(100 * MILLI);
    assertThat(told).containsExactly(true);
    rests.clear();
  }

  @Test
  void busyLoopRestsBetweenTurns() {
    becomesBusy();
    turnsFor(100 * MILLI);
    assertThat(told).containsExactly(true);
    // Six or seven messages are 240 or 280 of the 500 microseconds.
    assertThat(rests)
        .hasSizeBetween(199, 201)
        .allMatch(nanos -> nanos >= 220_000 && nanos <= 260_000);
  }

  @Test
  void quietLoopNeverRests() {
    selector.every = 130_000;
    turnsFor(1_000 * MILLI);
    assertThat(rests).isEmpty();
    assertThat(told).isEmpty();
  }

  @Test
  void idleLoopNeverRests() {
    selector.work = 18_000;
    turnsFor(1_000 * MILLI);
    assertThat(rests).isEmpty();
    assertThat(told).isEmpty();
  }

  @Test
  void timersAreOnTime() {
    becomesBusy();
    loop.delay = 100_000;
    turnsFor(5 * MILLI);
    assertThat(rests).isNotEmpty().allMatch(nanos -> nanos <= 100_000);
    rests.clear();
    loop.delay = 0;
    turnsFor(5 * MILLI);
    assertThat(rests).isEmpty();
  }

  @Test
  void whoHasTasksToDoDoesNotRest() {
    becomesBusy();
    loop.idle = false;
    for (int i = 0; i < 1_000; i++) {
      now += 1_000;
      io.run(loop);
    }
    assertThat(rests).isEmpty();
  }

  /** At full load what comes gathers by itself: to rest would only cost throughput. */
  @Test
  void longTurnsNeedNoRest() {
    becomesBusy();
    selector.work = 85_000;
    turnsFor(100 * MILLI);
    rests.clear();
    turnsFor(100 * MILLI);
    assertThat(rests).isEmpty();
  }

  /** One connection of many tunnels is one channel, however much comes on it. */
  @Test
  void messagesCountNotChannels() {
    selector.oneChannel = true;
    becomesBusy();
    turnsFor(100 * MILLI);
    assertThat(told).containsExactly(true);
    assertThat(rests).hasSizeBetween(199, 201);
  }

  /** And in one tunnel what has gathered is one frame. */
  @Test
  void frameOfManyMessagesCountsForAll() {
    selector.oneChannel = true;
    selector.oneTunnel = true;
    becomesBusy();
    turnsFor(1_000 * MILLI);
    assertThat(told).containsExactly(true);
    assertThat(rests).hasSizeBetween(1_990, 2_010);
  }

  @Test
  void endsAreTold() {
    becomesBusy();
    selector.every = 1_000_000;
    turnsFor(50 * MILLI);
    assertThat(told).containsExactly(true, false);
    io.destroy();
    assertThat(told).containsExactly(true, false);
  }

  @Test
  void endOfTheLoopIsAnEndToo() {
    becomesBusy();
    io.destroy();
    assertThat(told).containsExactly(true, false);
  }
}
