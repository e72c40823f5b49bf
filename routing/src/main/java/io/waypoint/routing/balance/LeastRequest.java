// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import org.jspecify.annotations.Nullable;

/**
 * The less busy of two that are chosen at random. Nearly as good as asking all of them, at the cost
 * of two; and many proxies that see the same idle endpoint do not rush at it together.
 */
final class LeastRequest implements Balancer {
  @Override
  public @Nullable Endpoint pick(EndpointSet set, Placement request) {
    int ready = set.readyCount();
    if (ready == 0) {
      return null;
    }
    if (ready == 1) {
      return set.endpoints().getFirst();
    }
    int first = request.random().nextInt(ready);
    int second = request.random().nextInt(ready - 1);
    second += second >= first ? 1 : 0;
    Endpoint better = better(set.endpoints().get(first), set.endpoints().get(second), request);
    return request.tried().holds(better) ? bestFrom(first, ready, set, request) : better;
  }

  /** Only retries come here: the two were tried, one of the others may not have been. */
  private static Endpoint bestFrom(int start, int ready, EndpointSet set, Placement request) {
    Endpoint best = set.endpoints().get(start);
    for (int i = 1; i < ready; i++) {
      best = better(best, set.endpoints().get((start + i) % ready), request);
    }
    return best;
  }

  private static Endpoint better(Endpoint a, Endpoint b, Placement request) {
    boolean failed = request.tried().holds(a);
    if (failed != request.tried().holds(b)) {
      return failed ? b : a;
    }
    return request.active(b) < request.active(a) ? b : a;
  }
}
