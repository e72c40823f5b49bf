// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import org.jspecify.annotations.Nullable;

/**
 * Chooses among the endpoints of a backend. An instance may remember its last choice: it belongs to
 * one event loop and one backend, and outlives changes of the endpoint set.
 */
public interface Balancer {
  /**
   * A ready endpoint; one that was not tried for this request, as long as there is one.
   *
   * @return null when no endpoint is ready
   */
  @Nullable Endpoint pick(EndpointSet set, Placement request);
}
