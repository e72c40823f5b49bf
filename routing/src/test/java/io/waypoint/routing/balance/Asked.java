// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.util.SplittableRandom;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/** A request as a test tells it. */
public record Asked(Tried tried, ToIntFunction<Endpoint> load, RandomGenerator random, long number)
    implements Placement {
  /** A first attempt at endpoints that do nothing. */
  public static Asked first(long seed) {
    return new Asked(Tried.NONE, endpoint -> 0, new SplittableRandom(seed), 0);
  }

  public Asked tried(Tried failed) {
    return new Asked(failed, load, random, number);
  }

  public Asked load(ToIntFunction<Endpoint> other) {
    return new Asked(tried, other, random, number);
  }

  public Asked hash(long other) {
    return new Asked(tried, load, random, other);
  }

  @Override
  public int active(Endpoint endpoint) {
    return load.applyAsInt(endpoint);
  }

  @Override
  public long hash(HashKey key) {
    return number;
  }
}
