// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone.coalescing;

/**
 * How often an event loop looks for what has come.
 *
 * <pre>
 *            busy, and enough comes to be worth waiting for
 *   Prompt ────────────────────────────────────────────────► Gathering
 *     ▲                                                          │
 *     ├── no longer worth it, or to measure again ◄──────────────┤
 *     └── at once less comes than before: callers wait for       │
 *         us; it is not tried again for a while ◄────────────────┘
 * </pre>
 *
 * <p>Whoever asks one thing after the other gets slower by gathering, and nothing gathers: that is
 * what the last line is for. Values are immutable; decisions are functions of what was measured.
 */
sealed interface Pace {
  /** How far apart two looks are at least, in nanoseconds; 0 when each arrival wakes the loop. */
  long turnNanos();

  /** The pace after a window in which this one was kept. */
  Pace after(Window window);

  /** That of a loop of which nothing is known. */
  static Pace prompt(Worth worth) {
    return Prompt.of(worth, 0, 0);
  }

  /**
   * When gathering is worth it.
   *
   * @param longestNanos between two looks
   * @param leastBusy share of a loop's time below which its CPU matters less than latency
   * @param leastArrivals in the longest time below which it is not begun
   * @param wanted arrivals in a turn, when the longest time suffices for it
   */
  record Worth(long longestNanos, double leastBusy, double leastArrivals, double wanted) {
    /** Gathering itself makes a loop less busy, and what comes varies. */
    private static final double STAYING = 0.6;

    boolean begins(Window measured) {
      return measured.busyShare() >= leastBusy
          && measured.arrivalsIn(longestNanos) >= leastArrivals;
    }

    boolean stays(Window measured) {
      return measured.busyShare() >= leastBusy * STAYING * STAYING
          && measured.arrivalsIn(longestNanos) >= leastArrivals * STAYING;
    }

    /** So long that what is wanted comes, and no longer than permitted. */
    long turn(Window measured) {
      double each = measured.arrivalsIn(longestNanos);
      return each <= wanted ? longestNanos : (long) (longestNanos * wanted / each);
    }
  }

  /**
   * Each arrival wakes the loop.
   *
   * @param measured so far
   * @param windows of these
   * @param pauseNanos that are still to pass before gathering is thought of
   * @param failures since gathering last went well
   */
  record Prompt(Worth worth, Window measured, int windows, long pauseNanos, int failures)
      implements Pace {
    private static final int ENOUGH = 3;

    static Prompt of(Worth worth, long pauseNanos, int failures) {
      return new Prompt(worth, Window.NOTHING, 0, pauseNanos, failures);
    }

    @Override
    public long turnNanos() {
      return 0;
    }

    @Override
    public Pace after(Window window) {
      if (pauseNanos > 0) {
        return of(worth, Math.max(0, pauseNanos - window.nanos()), failures);
      }
      Window sum = measured.and(window);
      if (windows + 1 < ENOUGH) {
        return new Prompt(worth, sum, windows + 1, 0, failures);
      }
      return worth.begins(sum)
          ? new Gathering(worth, sum, Window.NOTHING, 0, worth.turn(sum), failures)
          : of(worth, 0, failures);
    }
  }

  /**
   * What comes is gathered.
   *
   * @param before what was measured while each arrival woke the loop
   * @param since what was measured from then on
   * @param windows of these
   */
  record Gathering(
      Worth worth, Window before, Window since, int windows, long turnNanos, int failures)
      implements Pace {
    /** So many windows tell what comes, and up to so many it can be compared with what came. */
    private static final int ENOUGH = 3;

    private static final int EARLY = 10;

    /** After so many it is measured anew what comes without gathering. */
    private static final int MOST = 100;

    private static final double LOST = 0.9;
    private static final long PAUSE_NANOS = 1_000_000_000;
    private static final int MOST_DOUBLINGS = 5;

    @Override
    public Pace after(Window window) {
      Window sum = since.and(window);
      int count = windows + 1;
      boolean stays = worth.stays(window);
      if (count <= EARLY && (count >= ENOUGH || !stays) && isLess(sum)) {
        return Prompt.of(worth, PAUSE_NANOS << Math.min(failures, MOST_DOUBLINGS), failures + 1);
      }
      if (!stays) {
        return Prompt.of(worth, 0, failures);
      }
      return count < MOST
          ? new Gathering(worth, before, sum, count, worth.turn(window), failures)
          : Prompt.of(worth, 0, 0);
    }

    private boolean isLess(Window sum) {
      long time = worth.longestNanos();
      return sum.arrivalsIn(time) < LOST * before.arrivalsIn(time);
    }
  }
}
