// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes that have arrived for tunnels of this process and were not read yet. The connection window
 * is refilled on arrival, so that one stalled tunnel does not stall its neighbours; this sum is
 * what keeps memory bounded instead.
 */
final class UnreadBytes {
  private final AtomicLong bytes = new AtomicLong();
  private final long limit;

  UnreadBytes(long limit) {
    this.limit = limit;
  }

  void add(int count) {
    bytes.addAndGet(count);
  }

  boolean isOverLimit() {
    return bytes.get() > limit;
  }

  long current() {
    return bytes.get();
  }
}
