// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is to be looked at, each once however often it was asked for, one after the other. What did
 * not succeed is looked at again, after a wait that doubles.
 */
final class WorkQueue<T> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkQueue.class);

  private static final int DOUBLINGS = 10;

  /** The work. */
  @FunctionalInterface
  interface Work<T> {
    /** Whether it is done; otherwise it is tried again. */
    boolean on(T item);
  }

  private final Work<T> work;
  private final Duration first;
  private final Duration most;
  private final Set<T> waiting = new HashSet<>();
  private final Map<T, Integer> failures = new HashMap<>();
  private final Map<T, ScheduledFuture<?>> retries = new HashMap<>();
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("controller").factory());

  /**
   * @param first wait after a failure
   * @param most wait after many
   */
  WorkQueue(Work<T> work, Duration first, Duration most) {
    this.work = work;
    this.first = first;
    this.most = most;
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setRemoveOnCancelPolicy(true);
  }

  /** To be looked at soon. Any thread may ask. */
  void add(T item) {
    synchronized (waiting) {
      if (!waiting.add(item)) {
        return;
      }
    }
    try {
      thread.execute(() -> run(item));
    } catch (RejectedExecutionException _) {
      // Closed in the meantime.
    }
  }

  private void run(T item) {
    synchronized (waiting) {
      waiting.remove(item);
    }
    ScheduledFuture<?> retry = retries.remove(item);
    if (retry != null) {
      retry.cancel(false);
    }
    if (succeeds(item)) {
      failures.remove(item);
      return;
    }
    int before = failures.merge(item, 1, Integer::sum) - 1;
    long wait = Math.min(first.toMillis() << Math.min(before, DOUBLINGS), most.toMillis());
    try {
      retries.put(item, thread.schedule(() -> add(item), wait, TimeUnit.MILLISECONDS));
    } catch (RejectedExecutionException _) {
      // Closed in the meantime.
    }
  }

  private boolean succeeds(T item) {
    try {
      return work.on(item);
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).addKeyValue("item", item).log("failed; tried again");
      return false;
    }
  }

  /** Finishes what is under way. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
