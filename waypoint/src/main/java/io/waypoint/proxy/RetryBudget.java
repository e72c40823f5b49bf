// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import java.time.Duration;

/**
 * How many of the requests to a backend may be repetitions, so that a backend in trouble is not
 * buried under them (Gateway API, XBackendTrafficPolicy; GEP-3388). Counted on one event loop.
 *
 * <p>Time is a ring of slices: the oldest one is forgotten when a new one begins.
 */
final class RetryBudget {
  /**
   * @param percent of the requests of an interval may be repetitions
   * @param count so many may be in any case, in {@code countInterval}
   */
  record Limit(int percent, Duration interval, int count, Duration countInterval) {
    static final Limit DEFAULT = new Limit(20, Duration.ofSeconds(10), 10, Duration.ofSeconds(1));
  }

  private static final int SLICES = 10;

  private final Limit limit;
  private final Window requests;
  private final Window retries;
  private final Window recentRetries;

  RetryBudget(Limit limit) {
    this.limit = limit;
    this.requests = new Window(limit.interval());
    this.retries = new Window(limit.interval());
    this.recentRetries = new Window(limit.countInterval());
  }

  void requested(long nanos) {
    requests.add(nanos);
  }

  /** Whether one more repetition is within the budget; if so it counts. */
  boolean take(long nanos) {
    long allowed = requests.sum(nanos) * limit.percent() / 100;
    boolean permitted = retries.sum(nanos) < allowed || recentRetries.sum(nanos) < limit.count();
    if (permitted) {
      retries.add(nanos);
      recentRetries.add(nanos);
    }
    return permitted;
  }

  private static final class Window {
    private final long slice;
    private final int[] counts = new int[SLICES];
    private long now = Long.MIN_VALUE;
    private long sum;

    Window(Duration length) {
      this.slice = Math.max(1, length.toNanos() / SLICES);
    }

    void add(long nanos) {
      forget(nanos);
      counts[(int) Math.floorMod(now, (long) SLICES)]++;
      sum++;
    }

    long sum(long nanos) {
      forget(nanos);
      return sum;
    }

    private void forget(long nanos) {
      long current = Math.floorDiv(nanos, slice);
      long gone = now == Long.MIN_VALUE ? SLICES : Math.min(SLICES, current - now);
      for (long i = 0; i < gone; i++) {
        int at = (int) Math.floorMod(current - i, (long) SLICES);
        sum -= counts[at];
        counts[at] = 0;
      }
      now = Math.max(now, current);
    }
  }
}
