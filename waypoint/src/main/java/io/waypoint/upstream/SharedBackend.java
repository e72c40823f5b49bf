// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointHealth;
import io.waypoint.routing.balance.EndpointHealth.Outcome;
import io.waypoint.routing.balance.OutlierDetection;
import io.waypoint.routing.balance.Warmup;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What all event loops know of one backend: how its endpoints have done, and since when they are
 * there. It outlives changes of the endpoint set, so that an endpoint that leaves and comes back is
 * as ejected as it was.
 */
final class SharedBackend {
  /**
   * One endpoint. The lock is taken when something goes wrong, never for an answer that is well.
   */
  private static final class Member {
    final EndpointHealth health = new EndpointHealth();
    final long since;
    volatile boolean out;
    volatile boolean hasErrors;

    Member(long since) {
      this.since = since;
    }
  }

  private final Map<InetSocketAddress, Member> members = new ConcurrentHashMap<>();

  /** Grows whenever an endpoint is ejected or comes back. */
  private volatile int version;

  private final Breaker breaker = new Breaker();
  private final LongAdder ejections = new LongAdder();
  private final LongAdder returns = new LongAdder();
  private volatile int ejected;
  private long sweptNanos;
  private boolean seen;

  /**
   * Notes who is there. Those of the first set count as warm: they were there before us.
   *
   * @param now nanoseconds
   */
  synchronized void meet(List<Endpoint> endpoints, long now) {
    long since = seen ? now : Long.MIN_VALUE;
    if (!seen) {
      sweptNanos = now;
    }
    seen = true;
    Map<InetSocketAddress, Member> present = new HashMap<>();
    for (Endpoint endpoint : endpoints) {
      Member member = members.get(endpoint.address());
      present.put(endpoint.address(), member == null ? new Member(since) : member);
    }
    // An ejected one is remembered until its time is over, even while it is away.
    members
        .entrySet()
        .removeIf(entry -> !entry.getValue().out && !present.containsKey(entry.getKey()));
    members.putAll(present);
  }

  int version() {
    return version;
  }

  /** What is under way to it. */
  Breaker breaker() {
    return breaker;
  }

  /** How often an endpoint was ejected. */
  long ejections() {
    return ejections.sum();
  }

  /** How often one came back. */
  long returns() {
    return returns.sum();
  }

  /** How many are ejected now. */
  int ejected() {
    return ejected;
  }

  boolean isOut(Endpoint endpoint) {
    Member member = members.get(endpoint.address());
    return member != null && member.out;
  }

  /** The share of its share that an endpoint gets, 0 to 1. */
  double warmth(Endpoint endpoint, Warmup warmup, long now) {
    Member member = members.get(endpoint.address());
    return member == null || member.since == Long.MIN_VALUE ? 1 : warmup.factor(now - member.since);
  }

  /** Whether any endpoint is still getting warm. */
  synchronized boolean isWarming(Warmup warmup, long now) {
    return members.values().stream()
        .anyMatch(m -> m.since != Long.MIN_VALUE && warmup.factor(now - m.since) < 1);
  }

  /**
   * Counts what became of a request.
   *
   * @return whether the endpoint was ejected for it
   */
  boolean report(
      Endpoint endpoint, Outcome outcome, OutlierDetection policy, int endpoints, long now) {
    Member member = members.get(endpoint.address());
    if (member == null || outcome == Outcome.ANSWERED && !member.hasErrors) {
      return false;
    }
    synchronized (this) {
      boolean full = member.health.report(outcome, policy);
      member.hasErrors = outcome != Outcome.ANSWERED;
      if (!full || member.out || !EndpointHealth.mayEject(ejected, endpoints, policy)) {
        return false;
      }
      member.health.eject(now);
      member.out = true;
      ejected = ejected + 1;
      ejections.increment();
      version = version + 1;
      return true;
    }
  }

  /** Lets those come back whose time is over; once an interval, whichever loop is first. */
  synchronized int sweep(@Nullable OutlierDetection policy, long now) {
    if (policy == null || now - sweptNanos < policy.interval().toNanos()) {
      return 0;
    }
    sweptNanos = now;
    int back = 0;
    for (Member member : members.values()) {
      if (member.health.sweep(now, policy)) {
        member.out = false;
        back++;
      }
    }
    if (back > 0) {
      ejected = ejected - back;
      returns.add(back);
      version = version + 1;
    }
    return back;
  }
}
