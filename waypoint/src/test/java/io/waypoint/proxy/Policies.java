// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.rbac.Authorizers;
import io.waypoint.rbac.MeshTrust;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Operation;
import io.waypoint.rbac.model.Origin;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.TargetRef;
import io.waypoint.rbac.model.Values;
import java.util.List;

/** Policies of one rule. */
final class Policies {
  private Policies() {}

  static PolicySet deny(Operation operation) {
    return of(Action.DENY, new Rule(List.of(), List.of(operation), List.of()));
  }

  /** Allows nothing at all. */
  static PolicySet closed() {
    return PolicySet.compile(List.of(policy(Action.ALLOW, List.of())), MeshTrust.DEFAULT);
  }

  static Operation methods(String... methods) {
    return new Operation(Values.NONE, Values.NONE, Values.of(methods), Values.NONE);
  }

  static Operation paths(String... paths) {
    return new Operation(Values.NONE, Values.NONE, Values.NONE, Values.of(paths));
  }

  /** Whatever comes, an authorizer is asked about it. */
  static PolicySet custom(String authorizer, Authorizers known) {
    var policy =
        new AuthorizationPolicy(
            Origin.policy("default", "p"),
            List.of(TargetRef.service("reviews")),
            Action.CUSTOM,
            List.of(new Rule(List.of(), List.of(), List.of())),
            authorizer,
            false);
    return PolicySet.compile(List.of(policy), MeshTrust.DEFAULT, known);
  }

  private static PolicySet of(Action action, Rule rule) {
    return PolicySet.compile(List.of(policy(action, List.of(rule))), MeshTrust.DEFAULT);
  }

  private static AuthorizationPolicy policy(Action action, List<Rule> rules) {
    return new AuthorizationPolicy(
        Origin.policy("default", "p"),
        List.of(TargetRef.service("reviews")),
        action,
        rules,
        "",
        false);
  }
}
