// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.routing.balance.RetryShare;

/**
 * How many of the requests that are under way to a backend may be repetitions, so that a backend in
 * trouble is not buried under them. Counted on one event loop.
 */
final class RetryBudget {
  private int requests;
  private int repetitions;

  /** A request's part in the counts, from its beginning to its end. */
  final class Share {
    private final RetryShare allowed;
    private boolean repeating;
    private boolean over;

    private Share(RetryShare allowed) {
      this.allowed = allowed;
    }

    /** Whether the request may be tried again now. */
    boolean mayRepeat() {
      if (!repeating && repetitions < allowed.of(requests)) {
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

  Share begin(RetryShare allowed) {
    requests++;
    return new Share(allowed);
  }

  /** Requests under way. */
  int requests() {
    return requests;
  }

  int repetitions() {
    return repetitions;
  }
}
