// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.Vertx;
import java.time.Duration;

/** Calls back after a time, on the event loop that asks. */
@FunctionalInterface
public interface Alarms {
  /** A call that may still be taken back; afterwards that changes nothing. */
  @FunctionalInterface
  interface Alarm {
    void cancel();
  }

  /**
   * @param delay rounded up to milliseconds
   */
  Alarm after(Duration delay, Runnable call);

  static Alarms of(Vertx vertx) {
    return (delay, call) -> {
      long millis = Math.max(1, delay.plusNanos(999_999).toMillis());
      long id = vertx.setTimer(millis, fired -> call.run());
      return () -> vertx.cancelTimer(id);
    };
  }
}
