// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The less busy of two that are chosen at random. Nearly as good as asking all of them, at the cost
 * of two; and many proxies that see the same idle endpoint do not rush at it together.
 */
public final class LeastRequest implements Balancer {
  @Override
  public @Nullable Endpoint pick(EndpointSet set, Tried tried, Load load, RandomGenerator random) {
    int ready = set.readyCount();
    if (ready == 0) {
      return null;
    }
    int first = random.nextInt(ready);
    if (ready == 1) {
      return set.endpoints().getFirst();
    }
    int second = random.nextInt(ready - 1);
    second += second >= first ? 1 : 0;
    Endpoint better = better(set.endpoints().get(first), set.endpoints().get(second), tried, load);
    return tried.holds(better) ? bestFrom(first, ready, set, tried, load) : better;
  }

  /** Only retries come here: the two were tried, one of the others may not have been. */
  private static Endpoint bestFrom(int start, int ready, EndpointSet set, Tried tried, Load load) {
    Endpoint best = set.endpoints().get(start);
    for (int i = 1; i < ready; i++) {
      best = better(best, set.endpoints().get((start + i) % ready), tried, load);
    }
    return best;
  }

  private static Endpoint better(Endpoint a, Endpoint b, Tried tried, Load load) {
    boolean failed = tried.holds(a);
    if (failed != tried.holds(b)) {
      return failed ? b : a;
    }
    return load.active(b) < load.active(a) ? b : a;
  }
}
