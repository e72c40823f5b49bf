// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.limit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What became of questions to whoever counts, for all event loops of a process. */
public final class AskedLimits {
  /** Of one limit. */
  public static final class Counts {
    public final LongAdder ok = new LongAdder();
    public final LongAdder limited = new LongAdder();
    public final LongAdder failed = new LongAdder();

    /** Of those that failed, the requests that passed all the same. */
    public final LongAdder passed = new LongAdder();
  }

  private final Map<String, Counts> limits = new ConcurrentHashMap<>();
  private final TokenBuckets.Meters meters;

  public AskedLimits(TokenBuckets.Meters meters) {
    this.meters = meters;
  }

  /**
   * @param name {@code namespace/name} of the limit
   */
  public Counts of(String name) {
    Counts known = limits.get(name);
    return known == null ? limits.computeIfAbsent(name, this::made) : known;
  }

  private Counts made(String name) {
    var counts = new Counts();
    meters.show(name, "ok", counts.ok::sum);
    meters.show(name, "limited", counts.limited::sum);
    meters.show(name, "failed", counts.failed::sum);
    meters.show(name, "passed", counts.passed::sum);
    return counts;
  }
}
