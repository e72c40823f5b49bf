// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity.istiod;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what happens on other threads, and says what it saw when it does not. */
public final class Until {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Until() {}

  public static void holds(BooleanSupplier condition, Supplier<Object> seen) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + PATIENCE + "; there is " + seen.get());
      }
      Thread.onSpinWait();
      java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
    }
  }
}
