// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.limit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A bucket that fills steadily, as one number: the moment at which it will be full again. A request
 * moves the moment by the time that a token needs to come back, unless that were more than the
 * bucket holds.
 */
final class TokenBucket {
  private final AtomicLong full;

  /** A full one. */
  TokenBucket(long now) {
    full = new AtomicLong(now);
  }

  /**
   * Takes a token if there is one; from any thread, without a lock.
   *
   * @param perToken nanoseconds until one token has come back
   * @param tokens how many it holds; all of them come back within a century, which fits a long
   */
  boolean take(long now, long perToken, int tokens) {
    long before = full.get();
    while (true) {
      long waiting = Math.max(0, before - now) + perToken;
      if (waiting > perToken * tokens) {
        return false;
      }
      if (full.compareAndSet(before, now + waiting)) {
        return true;
      }
      before = full.get();
    }
  }

  /** Whether nothing is lost when it is forgotten. */
  boolean isFull(long now) {
    return full.get() - now <= 0;
  }
}
