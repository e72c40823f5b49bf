// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

/**
 * How many of the requests that are under way to a backend may be repetitions, so that a backend in
 * trouble is not buried under them. Counted on one event loop.
 */
final class RetryBudget {
  /** Of a hundred requests under way so many may be repetitions. */
  private static final int PERCENT = 20;

  /** So many may be in any case: a single caller's request is tried again as its route says. */
  private static final int LEAST = 3;

  private int requests;
  private int repetitions;

  /** A request's part in the counts, from its beginning to its end. */
  final class Share {
    private boolean repeating;
    private boolean over;

    /** Whether the request may be tried again now. */
    boolean mayRepeat() {
      if (!repeating && repetitions < Math.max(LEAST, requests * PERCENT / 100)) {
        repeating = true;
        repetitions++;
      }
      return repeating;
    }

    /** The request has ended; again changes nothing. */
    void end() {
      if (!over) {
        over = true;
        requests--;
        repetitions -= repeating ? 1 : 0;
      }
    }
  }

  Share begin() {
    requests++;
    return new Share();
  }

  /** Requests under way. */
  int requests() {
    return requests;
  }

  int repetitions() {
    return repetitions;
  }
}
