// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What the world outside gives: event loops, chance, time and advice.
 *
 * @param random for choices and request ids; used on one event loop
 * @param nanos a clock for durations
 * @param clock the time of day
 * @param alarms for what happens after a time
 * @param advisers whom to ask before a request goes on
 * @param sessions the same for every loop of a process
 */
public record Environment(
    Vertx vertx,
    RandomGenerator random,
    LongSupplier nanos,
    InstantSource clock,
    Alarms alarms,
    Advisers advisers,
    SessionSeal sessions) {
  /** Nobody is asked. */
  public Environment(
      Vertx vertx,
      RandomGenerator random,
      LongSupplier nanos,
      InstantSource clock,
      SessionSeal sessions) {
    this(vertx, random, nanos, clock, Alarms.of(vertx), Advisers.NONE, sessions);
  }
}
