// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Condition;
import io.waypoint.rbac.model.Operation;
import io.waypoint.rbac.model.Origin;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.Source;
import io.waypoint.rbac.model.TargetRef;
import io.waypoint.rbac.model.Values;
import java.util.List;

/** Policies for tests: namespace foo, attached to the service httpbin. */
final class Sample {
  private Sample() {}

  static AuthorizationPolicy allow(Rule... rules) {
    return policy(Action.ALLOW, "p", rules);
  }

  static AuthorizationPolicy deny(Rule... rules) {
    return policy(Action.DENY, "p", rules);
  }

  static AuthorizationPolicy policy(Action action, String name, Rule... rules) {
    return new AuthorizationPolicy(
        Origin.policy("foo", name),
        List.of(TargetRef.service("httpbin")),
        action,
        List.of(rules),
        action == Action.CUSTOM ? "opa" : "",
        false);
  }

  static AuthorizationPolicy dryRun(AuthorizationPolicy enforced) {
    return new AuthorizationPolicy(
        enforced.origin(),
        enforced.targetRefs(),
        enforced.action(),
        enforced.rules(),
        enforced.provider(),
        true);
  }

  static Rule by(Source... sources) {
    return new Rule(List.of(sources), List.of(), List.of());
  }

  static Rule on(Operation... operations) {
    return new Rule(List.of(), List.of(operations), List.of());
  }

  static Rule when(String key, Values values) {
    return new Rule(List.of(), List.of(), List.of(new Condition(key, values)));
  }

  static Rule rule(Source source, Operation operation) {
    return new Rule(List.of(source), List.of(operation), List.of());
  }

  static Source principals(Values values) {
    return source("principals", values);
  }

  static Source namespaces(Values values) {
    return source("namespaces", values);
  }

  static Source ipBlocks(Values values) {
    return source("ipBlocks", values);
  }

  static Source source(String field, Values values) {
    return new Source(
        field.equals("principals") ? values : Values.NONE,
        field.equals("requestPrincipals") ? values : Values.NONE,
        field.equals("namespaces") ? values : Values.NONE,
        field.equals("serviceAccounts") ? values : Values.NONE,
        field.equals("trustDomains") ? values : Values.NONE,
        field.equals("ipBlocks") ? values : Values.NONE,
        field.equals("remoteIpBlocks") ? values : Values.NONE);
  }

  static Operation hosts(String... hosts) {
    return new Operation(Values.of(hosts), Values.NONE, Values.NONE, Values.NONE);
  }

  static Operation ports(Values values) {
    return new Operation(Values.NONE, values, Values.NONE, Values.NONE);
  }

  static Operation methods(String... methods) {
    return new Operation(Values.NONE, Values.NONE, Values.of(methods), Values.NONE);
  }

  static Operation paths(String... paths) {
    return paths(Values.of(paths));
  }

  static Operation paths(Values values) {
    return new Operation(Values.NONE, Values.NONE, Values.NONE, values);
  }

  static Operation operation(String method, String path) {
    return new Operation(Values.NONE, Values.NONE, Values.of(method), Values.of(path));
  }

  static PolicySet set(AuthorizationPolicy... policies) {
    return PolicySet.compile(List.of(policies), MeshTrust.DEFAULT);
  }

  static Verdict check(AuthorizationPolicy policy, Ask ask) {
    return set(policy).check(ask.facts());
  }
}
