// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * How long the machine kept somebody waiting who only wanted to wake up: a test that measures time
 * takes it off.
 */
final class Stalls implements AutoCloseable {
  private static final long NAP_NANOS = 2_000_000;

  private final Thread sleeper = Thread.ofPlatform().daemon().start(this::sleep);
  private volatile long stalledNanos;
  private volatile boolean over;

  private void sleep() {
    long before = System.nanoTime();
    while (!over) {
      LockSupport.parkNanos(NAP_NANOS);
      long now = System.nanoTime();
      stalledNanos += Math.max(0, now - before - 2 * NAP_NANOS);
      before = now;
    }
  }

  Duration soFar() {
    return Duration.ofNanos(stalledNanos);
  }

  @Override
  public void close() throws InterruptedException {
    over = true;
    sleeper.join();
  }
}
