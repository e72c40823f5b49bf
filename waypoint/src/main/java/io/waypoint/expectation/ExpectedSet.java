// SPDX-License-Identifier: Apache-2.0
package io.waypoint.expectation;

import io.waypoint.config.Position;
import io.waypoint.rbac.model.AuthorizationPolicy;
import java.util.List;

/**
 * Policies in their surroundings and what is expected of them.
 *
 * @param policies all that the set writes down, attached to the destination or not
 */
public record ExpectedSet(
    String name,
    Position position,
    Surroundings surroundings,
    List<AuthorizationPolicy> policies,
    List<ExpectedRequest> requests) {
  public ExpectedSet {
    policies = List.copyOf(policies);
    requests = List.copyOf(requests);
  }
}
