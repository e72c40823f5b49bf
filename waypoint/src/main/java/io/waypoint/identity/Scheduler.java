// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Runs something later. Delays are elapsed time, so a wall clock that jumps moves nothing. */
public interface Scheduler {
  /** A task that has not run yet. */
  interface Task {
    void cancel();
  }

  Task after(Duration delay, Runnable task);

  /** On an executor, which stays the caller's to end. It must not be an event loop. */
  static Scheduler on(ScheduledExecutorService executor) {
    return (delay, task) -> {
      ScheduledFuture<?> future = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    };
  }
}
