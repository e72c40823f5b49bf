// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock that stands until it is told to go on. */
final class FakeNanos implements LongSupplier {
  private final AtomicLong now = new AtomicLong(-5);

  @Override
  public long getAsLong() {
    return now.get();
  }

  void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
