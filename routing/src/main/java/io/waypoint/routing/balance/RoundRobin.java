// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One after another, from a random start so that many proxies do not begin with the same one. */
public final class RoundRobin implements Balancer {
  private static final int NOT_STARTED = -1;

  private int next = NOT_STARTED;

  @Override
  public @Nullable Endpoint pick(EndpointSet set, Tried tried, Load load, RandomGenerator random) {
    int ready = set.readyCount();
    if (ready == 0) {
      return null;
    }
    int at = next == NOT_STARTED ? random.nextInt(ready) : next % ready;
    for (int i = 0; i < ready; i++) {
      int candidate = (at + i) % ready;
      if (!tried.holds(set.endpoints().get(candidate))) {
        at = candidate;
        break;
      }
    }
    next = at + 1;
    return set.endpoints().get(at);
  }
}
