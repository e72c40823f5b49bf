// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Problem;
import io.waypoint.discovery.Inventory;
import io.waypoint.discovery.verdict.PolicyVerdict;
import io.waypoint.discovery.verdict.RouteFacts;
import io.waypoint.world.World;
import java.util.List;

/**
 * What came out of a configuration.
 *
 * @param world what the objects mean, errors or not: where something could not be read it refuses
 * @param inventory the objects themselves
 * @param problems by position
 * @param routes what is to be said of each route and its parents
 * @param policies what is to be said of each BackendTLSPolicy
 */
public record Translation(
    World world,
    Inventory inventory,
    List<Problem> problems,
    List<RouteFacts> routes,
    List<PolicyVerdict> policies) {
  /** Whether an API server would have refused something, so that the change must not be used. */
  public boolean isRefused() {
    return problems.stream().anyMatch(Problem::isError);
  }
}
