// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The 99th percentile of other traffic while requests stall at their authorizer, against that of
 * quiet rounds: in turns, so that the machine's moods fall on both alike. The ratio is always told
 * and only judged with {@code -Dwaypoint.measure=true}, on a machine that does nothing else.
 */
final class StallRun {
  private static final int PAIRS = 8;
  private static final int REQUESTS = 200;
  private static final int STALLING = 2;
  private static final Duration TIMEOUT = Duration.ofMillis(300);

  /** Timers count whole milliseconds. */
  private static final long TIMER = 2_000_000;

  record Timed(int status, long nanos) {}

  interface Caller {
    Timed ask(String path);
  }

  private final Caller caller;

  StallRun(Caller caller) {
    this.caller = caller;
  }

  void run() {
    percentile();
    double[] ratios = new double[PAIRS];
    List<Timed> stalled = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      boolean quietFirst = i % 2 == 0;
      double first = quietFirst ? percentile() : stalling(stalled);
      double second = quietFirst ? stalling(stalled) : percentile();
      ratios[i] = quietFirst ? second / first : first / second;
    }
    double mean = Arrays.stream(ratios).average().orElseThrow();
    double variance = Arrays.stream(ratios).map(r -> (r - mean) * (r - mean)).sum() / (PAIRS - 1);
    // Student's t for 7 degrees of freedom, 95 %.
    double half = 2.365 * Math.sqrt(variance / PAIRS);
    System.out.printf(
        "p99 beside a stalled authorizer / quiet: %.2f ± %.2f, %d stalled%n",
        mean, half, stalled.size());
    if (Boolean.getBoolean("waypoint.measure")) {
      assertThat(mean - half).isLessThanOrEqualTo(1.10);
    }
    assertThat(stalled).hasSizeGreaterThanOrEqualTo(PAIRS);
    assertThat(stalled).allMatch(timed -> timed.status() == 503);
    assertThat(stalled).allMatch(timed -> timed.nanos() >= TIMEOUT.toNanos() - TIMER);
  }

  private double stalling(List<Timed> stalled) {
    var over = new AtomicBoolean();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Timed>>> under = new ArrayList<>();
      for (int i = 0; i < STALLING; i++) {
        under.add(
            callers.submit(() -> {
              List<Timed> times = new ArrayList<>();
              do {
                times.add(caller.ask("/stall"));
              } while (!over.get());
              return times;
            }));
      }
      double percentile = percentile();
      over.set(true);
      for (Future<List<Timed>> one : under) {
        stalled.addAll(one.get());
      }
      return percentile;
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  private double percentile() {
    long[] times = new long[REQUESTS];
    for (int i = 0; i < REQUESTS; i++) {
      Timed timed = caller.ask("/");
      assertThat(timed.status()).isEqualTo(200);
      times[i] = timed.nanos();
    }
    Arrays.sort(times);
    return times[REQUESTS * 99 / 100];
  }
}
