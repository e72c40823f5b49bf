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
 * quiet rounds just before: alternating, so that the machine's moods fall on both alike.
 */
final class StallRun {
  private static final int PAIRS = 8;
  private static final int REQUESTS = 150;
  private static final int STALLING = 8;
  private static final Duration TIMEOUT = Duration.ofMillis(300);

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
      double quiet = percentile();
      ratios[i] = stalling(stalled) / quiet;
    }
    double mean = Arrays.stream(ratios).average().orElseThrow();
    double variance = Arrays.stream(ratios).map(r -> (r - mean) * (r - mean)).sum() / (PAIRS - 1);
    // Student's t for 7 degrees of freedom, 95 %.
    double half = 2.365 * Math.sqrt(variance / PAIRS);
    System.out.printf(
        "p99 beside a stalled authorizer / quiet: %.2f ± %.2f, %d stalled%n",
        mean, half, stalled.size());
    assertThat(mean - half).isLessThanOrEqualTo(1.10);
    assertThat(stalled).hasSizeGreaterThanOrEqualTo(PAIRS);
    assertThat(stalled).allMatch(timed -> timed.status() == 503);
    assertThat(stalled).allMatch(timed -> timed.nanos() >= TIMEOUT.toNanos());
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
