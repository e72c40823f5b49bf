// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.Vertx;
import io.waypoint.filters.limit.AskedLimits;
import io.waypoint.filters.limit.TokenBuckets;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What the world outside gives an event loop.
 *
 * @param random for choices and request ids; used on one event loop
 */
public record Environment(Vertx vertx, RandomGenerator random, Time time, Shared shared) {
  /**
   * What passes for time.
   *
   * @param nanos a clock for durations
   * @param clock the time of day
   * @param alarms for what happens after a time
   */
  public record Time(LongSupplier nanos, InstantSource clock, Alarms alarms) {}

  /**
   * The same for every loop of a process.
   *
   * @param advisers whom to ask before a request goes on
   * @param sessions seals and opens them
   * @param buckets of rate limits
   * @param asked what became of the limits that others count
   * @param retries how many requests may be repetitions
   */
  public record Shared(
      Advisers advisers,
      SessionSeal sessions,
      TokenBuckets buckets,
      AskedLimits asked,
      RetryBudgets.All retries) {
    /** For a process that begins. */
    public Shared(
        Advisers advisers, SessionSeal sessions, TokenBuckets buckets, AskedLimits asked) {
      this(advisers, sessions, buckets, asked, new RetryBudgets.All());
    }
  }
}
