// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a piece of work after something changed, once for many changes that come together: when
 * nothing has changed for a moment, or a bound is over. One run at a time, on a thread of its own.
 */
public final class Coalescer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Coalescer.class);

  private final Duration quiet;
  private final Duration most;
  private final LongSupplier nanos;
  private final Runnable work;
  private final Lock lock = new ReentrantLock();
  private final Condition signal = lock.newCondition();
  private boolean pending;
  private long lastChange;
  private @Nullable Thread thread;

  /**
   * @param quiet how long nothing may change before the work begins
   * @param most how long it is put off at most
   */
  public Coalescer(Duration quiet, Duration most, LongSupplier nanos, Runnable work) {
    this.quiet = quiet;
    this.most = most;
    this.nanos = nanos;
    this.work = work;
  }

  /** From now on changes lead to work, also those that came before. */
  public Coalescer start(String name) {
    thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    return this;
  }

  /** Something changed. */
  public void changed() {
    lock.lock();
    try {
      pending = true;
      lastChange = nanos.getAsLong();
      signal.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      while (true) {
        await();
        try {
          work.run();
        } catch (RuntimeException e) {
          LOG.atError().setCause(e).log("work after a change failed; the next change tries again");
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void await() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!pending) {
        signal.await();
      }
      long latest = nanos.getAsLong() + most.toNanos();
      while (true) {
        long now = nanos.getAsLong();
        long wait = Math.min(lastChange + quiet.toNanos(), latest) - now;
        if (wait <= 0) {
          break;
        }
        signal.await(wait, TimeUnit.NANOSECONDS);
      }
      pending = false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
      try {
        running.join(Duration.ofSeconds(5));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
