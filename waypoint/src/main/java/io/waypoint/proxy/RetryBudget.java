// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.routing.balance.RetryShare;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many of the requests that are under way to a backend may be repetitions, so that a backend in
 * trouble is not buried under them. Counted over all event loops, without a lock.
 */
final class RetryBudget {
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger repetitions = new AtomicInteger();

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
      int limit = allowed.of(requests.get());
      for (int now = repetitions.get(); !repeating && now < limit; now = repetitions.get()) {
        repeating = repetitions.compareAndSet(now, now + 1);
      }
      return repeating;
    }

    /** The request has ended; again changes nothing. */
    void end() {
      if (!over) {
        over = true;
        requests.decrementAndGet();
        repetitions.addAndGet(repeating ? -1 : 0);
      }
    }
  }

  Share begin(RetryShare allowed) {
    requests.incrementAndGet();
    return new Share(allowed);
  }

  /** Requests under way. */
  int requests() {
    return requests.get();
  }

  int repetitions() {
    return repetitions.get();
  }
}
