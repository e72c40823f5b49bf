// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import org.jspecify.annotations.Nullable;

/** One after another, from a random start so that many proxies do not begin with the same one. */
final class RoundRobin implements Balancer {
  private static final int NOT_STARTED = -1;

  private int next = NOT_STARTED;

  @Override
  public @Nullable Endpoint pick(EndpointSet set, Placement request) {
    int ready = set.readyCount();
    if (ready == 0) {
      return null;
    }
    int start = next == NOT_STARTED ? request.random().nextInt(ready) : next % ready;
    int at = set.untriedFrom(start, ready, request.tried());
    next = at + 1;
    return set.endpoints().get(at);
  }
}
