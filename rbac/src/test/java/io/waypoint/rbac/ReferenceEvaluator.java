// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Condition;
import io.waypoint.rbac.model.Operation;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The specification read out loud: slow, literal, without compilation, index or shared code with
 * the engine. Differential tests compare the engine with it.
 */
final class ReferenceEvaluator {
  private final MeshTrust trust;

  ReferenceEvaluator(MeshTrust trust) {
    this.trust = trust;
  }

  /** {@code allow} or {@code deny}, and the id of the rule that decided. */
  String decide(List<AuthorizationPolicy> policies, RequestFacts facts) {
    Optional<String> custom = firstMatch(policies, Action.CUSTOM, facts);
    if (custom.isPresent()) {
      return "deny " + custom.get();
    }
    Optional<String> deny = firstMatch(policies, Action.DENY, facts);
    if (deny.isPresent()) {
      return "deny " + deny.get();
    }
    if (policies.stream()
        .noneMatch(policy -> policy.action() == Action.ALLOW && !policy.dryRun())) {
      return "allow null";
    }
    return firstMatch(policies, Action.ALLOW, facts).map(id -> "allow " + id).orElse("deny none");
  }

  private Optional<String> firstMatch(
      List<AuthorizationPolicy> policies, Action action, RequestFacts facts) {
    List<String> ids = new ArrayList<>();
    for (AuthorizationPolicy policy : policies) {
      if (policy.action() != action || policy.dryRun()) {
        continue;
      }
      for (int i = 0; i < policy.rules().size(); i++) {
        if (matches(policy, policy.rules().get(i), facts)) {
          String id =
              "ns[" + policy.namespace() + "]-policy[" + policy.name() + "]-rule[" + i + "]";
          ids.add(
              action == Action.CUSTOM
                  ? "istio-ext-authz-"
                      + policy.provider()
                      + "-"
                      + id
                      + "-deny-due-to-bad-CUSTOM-action"
                  : id);
        }
      }
    }
    return ids.stream().sorted().findFirst();
  }

  private boolean matches(AuthorizationPolicy policy, Rule rule, RequestFacts facts) {
    var fields = new ReferenceFields(trust, policy, facts);
    boolean from = rule.from().isEmpty();
    for (Source source : rule.from()) {
      from |= source(fields, source);
    }
    boolean to = rule.to().isEmpty();
    for (Operation operation : rule.to()) {
      to |= operation(fields, operation);
    }
    boolean when = true;
    for (Condition condition : rule.when()) {
      when &= fields.condition(condition);
    }
    return from && to && when && !(policy.action() == Action.ALLOW && fields.flawed());
  }

  /** Every field is looked at, because a flaw in any of them counts. */
  private static boolean source(ReferenceFields fields, Source source) {
    return !List.of(
            fields.holds("principals", source.principals()),
            fields.holds("requestPrincipals", source.requestPrincipals()),
            fields.holds("namespaces", source.namespaces()),
            fields.holds("serviceAccounts", source.serviceAccounts()),
            fields.holds("trustDomains", source.trustDomains()),
            fields.holds("ipBlocks", source.ipBlocks()),
            fields.holds("remoteIpBlocks", source.remoteIpBlocks()))
        .contains(false);
  }

  private static boolean operation(ReferenceFields fields, Operation operation) {
    return !List.of(
            fields.holds("hosts", operation.hosts()),
            fields.holds("ports", operation.ports()),
            fields.holds("methods", operation.methods()),
            fields.holds("paths", operation.paths()))
        .contains(false);
  }
}
