// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import io.waypoint.rbac.model.Origin;
import io.waypoint.rbac.model.TargetRef;
import java.util.List;

/**
 * An Istio RequestAuthentication.
 *
 * @param targetRefs what it attaches to; empty for one with a selector or for a namespace, which a
 *     waypoint never looks at
 */
public record RequestAuthentication(
    Origin origin, List<TargetRef> targetRefs, List<JwtRule> rules) {
  public RequestAuthentication {
    targetRefs = List.copyOf(targetRefs);
    rules = List.copyOf(rules);
  }
}
