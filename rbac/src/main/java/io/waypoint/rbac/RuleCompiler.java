// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Policies to compiled rules, for one mesh. One generator makes both forms of a rule, so that they
 * cannot drift apart.
 */
final class RuleCompiler {
  private final MeshTrust trust;
  private final Set<Flaw> flaws = new LinkedHashSet<>();

  RuleCompiler(MeshTrust trust) {
    this.trust = trust;
  }

  List<Flaw> flaws() {
    return List.copyOf(flaws);
  }

  /** The rules of a policy; one that never matches stands for a policy without rules. */
  List<CompiledRule> compile(AuthorizationPolicy policy, Protocol protocol) {
    String name = "ns[" + policy.namespace() + "]-policy[" + policy.name() + "]";
    if (policy.rules().isEmpty()) {
      return List.of(never(policy, name, "rules", "the policy has no rules"));
    }
    List<CompiledRule> compiled = new ArrayList<>();
    for (int i = 0; i < policy.rules().size(); i++) {
      String id = id(policy, name + "-rule[" + i + "]");
      var builder =
          new RuleBuilder(
              policy,
              "rules[" + i + "].",
              protocol,
              new Attribute.Scope(trust, policy.namespace()));
      builder.add(policy.rules().get(i));
      flaws.addAll(builder.flaws());
      String obstacle = builder.obstacle();
      compiled.add(
          obstacle == null
              ? new CompiledRule(
                  policy.action(),
                  policy.dryRun(),
                  id,
                  policy.origin(),
                  builder.from(),
                  builder.to(),
                  builder.when(),
                  verdict(policy.action(), id))
              : never(policy, id, "rules[" + i + "]", obstacle));
    }
    return compiled;
  }

  private static CompiledRule never(
      AuthorizationPolicy policy, String id, String field, String reason) {
    var term = new Term(field, List.of(), false, new Probe.Never(reason), 0);
    return new CompiledRule(
        policy.action(),
        policy.dryRun(),
        id,
        policy.origin(),
        List.of(),
        List.of(),
        List.of(term),
        Verdict.Deny.NOT_ALLOWED);
  }

  /** No authorizer is ever asked here: a CUSTOM rule that matches denies, and says so in its id. */
  private static String id(AuthorizationPolicy policy, String id) {
    return policy.action() == Action.CUSTOM
        ? "istio-ext-authz-" + policy.provider() + "-" + id + "-deny-due-to-bad-CUSTOM-action"
        : id;
  }

  private static Verdict verdict(Action action, String id) {
    return switch (action) {
      case ALLOW, AUDIT -> new Verdict.Allow(id);
      case DENY -> new Verdict.Deny(id, Verdict.Reason.DENY_MATCHED);
      case CUSTOM -> new Verdict.Deny(id, Verdict.Reason.AUTHORIZER_UNAVAILABLE);
    };
  }
}
