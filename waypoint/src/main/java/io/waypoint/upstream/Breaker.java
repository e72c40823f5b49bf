// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Objects;
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

  private static final class Count {
    final AtomicInteger used = new AtomicInteger();
    final LongAdder overflows = new LongAdder();
  }

  private final EnumMap<Resource, Count> counts = new EnumMap<>(Resource.class);

  Breaker() {
    for (Resource resource : Resource.values()) {
      counts.put(resource, new Count());
    }
  }

  /** Takes one when there is room; what is taken is given back once. */
  boolean take(Resource resource, int limit) {
    Count count = count(resource);
    int now = count.used.get();
    while (now < limit) {
      if (count.used.compareAndSet(now, now + 1)) {
        return true;
      }
      now = count.used.get();
    }
    count.overflows.increment();
    return false;
  }

  /** Takes one whether there is room or not. */
  void takeAnyway(Resource resource) {
    count(resource).used.incrementAndGet();
  }

  void give(Resource resource) {
    count(resource).used.decrementAndGet();
  }

  int used(Resource resource) {
    return count(resource).used.get();
  }

  /** How often there was no room. */
  long overflows(Resource resource) {
    return count(resource).overflows.sum();
  }

  private Count count(Resource resource) {
    return Objects.requireNonNull(counts.get(resource));
  }
}
