// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.jwt.JwtRules;

/**
 * What stands before a destination.
 *
 * @param tokens whose bearers are who they say
 * @param policies what callers may do
 */
public record Guards(JwtRules tokens, PolicySet policies) {
  /** Nothing. */
  public static final Guards NONE = of(PolicySet.ALLOW_ALL);

  /** Policies alone; tokens mean nothing. */
  public static Guards of(PolicySet policies) {
    return new Guards(JwtRules.NONE, policies);
  }
}
