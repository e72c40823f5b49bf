// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import org.jspecify.annotations.Nullable;

/** Any of them, whatever they do. */
final class RandomChoice implements Balancer {
  @Override
  public @Nullable Endpoint pick(EndpointSet set, Placement request) {
    int ready = set.readyCount();
    if (ready == 0) {
      return null;
    }
    int start = request.random().nextInt(ready);
    return set.endpoints().get(set.untriedFrom(start, ready, request.tried()));
  }
}
