// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What is under way to one backend, counted over all event loops without a lock, and how often
 * there was no room.
 */
final class Breaker {
  /** What is limited. */
  enum Resource {
    CONNECTIONS,
    PENDING,
    REQUESTS,
    RETRIES;

    /** As a metric's label. */
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Resource[] RESOURCES = Resource.values();

  private final AtomicInteger[] used = new AtomicInteger[RESOURCES.length];
  private final LongAdder[] overflows = new LongAdder[RESOURCES.length];

  Breaker() {
    for (int i = 0; i < RESOURCES.length; i++) {
      used[i] = new AtomicInteger();
      overflows[i] = new LongAdder();
    }
  }

  /** Takes one when there is room; what is taken is given back once. */
  boolean take(Resource resource, int limit) {
    AtomicInteger count = used[resource.ordinal()];
    int now = count.get();
    while (now < limit) {
      if (count.compareAndSet(now, now + 1)) {
        return true;
      }
      now = count.get();
    }
    overflows[resource.ordinal()].increment();
    return false;
  }

  /** Takes one whether there is room or not. */
  void takeAnyway(Resource resource) {
    used[resource.ordinal()].incrementAndGet();
  }

  void give(Resource resource) {
    used[resource.ordinal()].decrementAndGet();
  }

  int used(Resource resource) {
    return used[resource.ordinal()].get();
  }

  /** How often there was no room. */
  long overflows(Resource resource) {
    return overflows[resource.ordinal()].sum();
  }
}
