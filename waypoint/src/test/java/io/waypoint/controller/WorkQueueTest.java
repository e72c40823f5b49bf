// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WorkQueueTest {
  private static final Duration FIRST = Duration.ofMillis(2);
  private static final Duration MOST = Duration.ofMillis(8);

  private final BlockingQueue<String> done = new LinkedBlockingQueue<>();

  private String next() throws InterruptedException {
    return done.poll(10, TimeUnit.SECONDS);
  }

  @Test
  void whatIsAskedForManyTimesWhileWorkIsUnderWayIsDoneOnceMore() throws InterruptedException {
    var entered = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    try (var queue =
        new WorkQueue<String>(
            item -> {
              done.add(item);
              entered.countDown();
              return await(release);
            },
            FIRST,
            MOST)) {
      queue.add("a");
      await(entered);
      for (int i = 0; i < 100; i++) {
        queue.add("a");
      }
      queue.add("b");
      release.countDown();

      assertThat(List.of(next(), next(), next())).containsExactly("a", "a", "b");
    }
    assertThat(done).isEmpty();
  }

  @Test
  void whatFailsIsTriedAgainUntilItSucceeds() throws InterruptedException {
    var attempts = new AtomicInteger();
    var succeeded = new CountDownLatch(1);
    try (var queue =
        new WorkQueue<String>(
            item -> {
              if (attempts.incrementAndGet() < 4) {
                return false;
              }
              succeeded.countDown();
              return true;
            },
            FIRST,
            MOST)) {
      queue.add("a");

      await(succeeded);
    }
    assertThat(attempts).hasValue(4);
  }

  @Test
  void anExceptionIsAFailureAndStopsNobodyElse() throws InterruptedException {
    var attempts = new AtomicInteger();
    try (var queue =
        new WorkQueue<String>(
            item -> {
              if (item.equals("broken") && attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("broken on purpose");
              }
              return done.add(item);
            },
            FIRST,
            MOST)) {
      queue.add("broken");
      queue.add("whole");

      assertThat(List.of(next(), next())).containsExactlyInAnyOrder("whole", "broken");
    }
    assertThat(attempts).hasValue(2);
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
