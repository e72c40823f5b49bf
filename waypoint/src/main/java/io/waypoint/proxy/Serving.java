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
 * so that an attempt after the first goes to those of the current world. What was addressed as one
 * pod is that pod for ever: a Service may have its name, its port and even its endpoint.
 */
final class Serving {
  private final ProxyLoop loop;
  private final World began;
  private final EndpointSet chosen;
  private final boolean pod;
  private World world;
  private EndpointSet set;

  /**
   * @param pod whether a pod's own address was addressed, so that there is nobody else
   */
  Serving(ProxyLoop loop, World began, EndpointSet chosen, boolean pod) {
    this.loop = loop;
    this.began = began;
    this.chosen = chosen;
    this.pod = pod;
    this.world = began;
    this.set = chosen;
  }

  EndpointSet set() {
    return set;
  }

  @Nullable Workload workload(Endpoint endpoint) {
    return world.workload(endpoint.workload());
  }

  /** Of what the request was for. */
  RetryBudget retryBudget() {
    return loop.retryBudgets().of(chosen, pod);
  }

  /** Somebody has failed: who is there now? */
  void lookAgain() {
    World now = pod ? null : loop.world();
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
