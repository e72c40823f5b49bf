// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.limit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** The buckets of a process, for all its event loops; they outlive changes of configuration. */
public final class TokenBuckets {
  /** Told of every limit that is met for the first time, to show its counts. */
  public interface Meters {
    /** Nobody looks. */
    Meters NONE = (limit, result, count) -> {};

    /**
     * @param result a word, such as {@code ok} or {@code limited}
     */
    void show(String limit, String result, LongSupplier count);
  }

  /** Callers choose the number of their identities: beyond this they share a bucket. */
  static final int MOST = 10_000;

  private static final long BETWEEN_SWEEPS = 1_000_000_000;

  /** The buckets of one limit. */
  static final class Limit {
    final LongAdder ok = new LongAdder();
    final LongAdder limited = new LongAdder();
    final LongAdder enforced = new LongAdder();
    private final Map<String, TokenBucket> byScope = new ConcurrentHashMap<>();
    private final AtomicLong swept = new AtomicLong(Long.MIN_VALUE / 2);

    TokenBucket of(String scope, long now) {
      TokenBucket known = byScope.get(scope);
      return known == null ? make(scope, now) : known;
    }

    private TokenBucket make(String scope, long now) {
      long before = swept.get();
      // Callers without a bucket must not make each other look through all of them.
      if (byScope.size() >= MOST
          && now - before >= BETWEEN_SWEEPS
          && swept.compareAndSet(before, now)) {
        byScope.values().removeIf(bucket -> bucket.isFull(now));
      }
      String under = byScope.size() >= MOST ? "" : scope;
      return byScope.computeIfAbsent(under, first -> new TokenBucket(now));
    }
  }

  private final Map<String, Limit> limits = new ConcurrentHashMap<>();
  private final Meters meters;

  public TokenBuckets(Meters meters) {
    this.meters = meters;
  }

  Limit of(String name) {
    return limits.computeIfAbsent(name, this::made);
  }

  private Limit made(String name) {
    var limit = new Limit();
    meters.show(name, "ok", limit.ok::sum);
    meters.show(name, "limited", limit.limited::sum);
    meters.show(name, "enforced", limit.enforced::sum);
    return limit;
  }
}
