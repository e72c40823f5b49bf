// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes when a test says so; only on the loop whose time it is, see {@link ProxyRig}.
 */
final class FakeTime implements Alarms {
  private record Call(long at, Runnable action) {}

  private final List<Call> calls = new ArrayList<>();
  private volatile long now = 1_000_000_000L;

  long nanos() {
    return now;
  }

  @Override
  public Alarm after(Duration delay, Runnable action) {
    var call = new Call(now + delay.toNanos(), action);
    calls.add(call);
    return () -> calls.remove(call);
  }

  /** Lets time pass, and what is due happen in its order. */
  void pass(Duration duration) {
    long until = now + duration.toNanos();
    for (Call next = next(until); next != null; next = next(until)) {
      calls.remove(next);
      now = Math.max(now, next.at);
      next.action.run();
    }
    now = until;
  }

  private @Nullable Call next(long until) {
    return calls.stream()
        .filter(call -> call.at <= until)
        .min(Comparator.comparingLong(Call::at))
        .orElse(null);
  }

  /** How many wait. */
  int waiting() {
    return calls.size();
  }
}
