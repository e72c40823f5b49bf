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
 *     └── less comes than did: callers wait for us, so           │
 *         that it is not tried again for a while ◄───────────────┘
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

  /** One that has measured nothing yet. */
  static Pace prompt(Worth worth) {
    return new Prompt(worth, Window.NOTHING, 0, 0, 0);
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
   * @param windows that were measured
   * @param pause windows that are still to pass before gathering is thought of
   * @param failures in a row
   */
  record Prompt(Worth worth, Window measured, int windows, int pause, int failures)
      implements Pace {
    private static final int ENOUGH = 3;

    @Override
    public long turnNanos() {
      return 0;
    }

    @Override
    public Pace after(Window window) {
      if (pause > 0) {
        return new Prompt(worth, Window.NOTHING, 0, pause - 1, failures);
      }
      Window sum = measured.and(window);
      if (windows + 1 < ENOUGH) {
        return new Prompt(worth, sum, windows + 1, 0, failures);
      }
      return worth.begins(sum)
          ? new Gathering(worth, sum, Window.NOTHING, 0, worth.turn(sum), failures)
          : new Prompt(worth, Window.NOTHING, 0, 0, failures);
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
    private static final int ENOUGH = 3;

    /** After so many it is measured anew what comes without gathering. */
    private static final int MOST = 100;

    private static final double LOST = 0.75;
    private static final int PAUSE = 50;
    private static final int MOST_DOUBLINGS = 5;

    @Override
    public Pace after(Window window) {
      Window sum = since.and(window);
      int count = windows + 1;
      if (!worth.stays(window)) {
        return slower(sum, count) ? pause() : Pace.prompt(worth);
      }
      if (slower(sum, count)) {
        return pause();
      }
      return count < MOST
          ? new Gathering(worth, before, sum, count, worth.turn(window), failures)
          : Pace.prompt(worth);
    }

    private boolean slower(Window sum, int count) {
      long time = worth.longestNanos();
      return count >= ENOUGH && sum.arrivalsIn(time) < LOST * before.arrivalsIn(time);
    }

    private Pace pause() {
      int doublings = Math.min(failures, MOST_DOUBLINGS);
      return new Prompt(worth, Window.NOTHING, 0, PAUSE << doublings, failures + 1);
    }
  }
}
