// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.balance.Tried;
import io.waypoint.world.Workload;
import io.waypoint.world.World;
import org.jspecify.annotations.Nullable;

/**
 * Who serves a request's backend. A request keeps the world that it began with, and what that says
 * of it; but while it waits or is repeated the endpoints of its backend may all have been replaced,
 * so that an attempt after the first goes to those of the current world.
 */
final class Serving {
  private final ProxyLoop loop;
  private final World began;
  private final EndpointSet chosen;
  private World world;
  private EndpointSet set;

  Serving(ProxyLoop loop, World began, EndpointSet chosen) {
    this.loop = loop;
    this.began = began;
    this.chosen = chosen;
    this.world = began;
    this.set = chosen;
  }

  EndpointSet set() {
    return set;
  }

  @Nullable Workload workload(Endpoint endpoint) {
    return world.workload(endpoint.workload());
  }

  /** Somebody has failed: who is there now? */
  void lookAgain() {
    World now = loop.world();
    if (now != null && now != world) {
      world = now;
      set = now.later(chosen, began);
    }
  }

  /**
   * Whether somebody is ready who has not failed.
   *
   * @param last who has failed just now
   */
  boolean hasAnother(Tried tried, @Nullable Endpoint last) {
    int ready = set.readyCount();
    for (int i = 0; i < ready; i++) {
      Endpoint candidate = set.endpoints().get(i);
      if (!candidate.equals(last) && !tried.holds(candidate)) {
        return true;
      }
    }
    return false;
  }
}
