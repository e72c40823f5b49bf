// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Policies to compiled rules, for one mesh. One generator makes both forms of a rule, so that they
 * cannot drift apart.
 */
final class RuleCompiler {
  private final MeshTrust trust;
  private final Authorizers authorizers;
  private final SortedSet<String> named = new TreeSet<>();
  private final Set<Flaw> flaws = new LinkedHashSet<>();

  /**
   * @param policies all of the destination: which authorizers they name together decides whether
   *     one can be asked
   */
  RuleCompiler(MeshTrust trust, Authorizers authorizers, List<AuthorizationPolicy> policies) {
    this.trust = trust;
    this.authorizers = authorizers;
    for (AuthorizationPolicy policy : policies) {
      if (policy.action() == Action.CUSTOM && !policy.dryRun()) {
        named.add(policy.provider());
      }
    }
  }

  List<Flaw> flaws() {
    return List.copyOf(flaws);
  }

  /** The rules of a policy; one that never matches stands for a policy without rules. */
  List<CompiledRule> compile(AuthorizationPolicy policy, Protocol protocol) {
    if (asks(policy) && authorizers.passesOver(policy.provider(), protocol)) {
      return List.of();
    }
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
                  verdict(policy.action(), id),
                  policy.provider(),
                  asks(policy))
              : never(policy, id, "rules[" + i + "]", obstacle));
    }
    return compiled;
  }

  private CompiledRule never(AuthorizationPolicy policy, String id, String field, String reason) {
    var term = new Term(field, List.of(), false, new Probe.Never(reason), 0);
    return new CompiledRule(
        policy.action(),
        policy.dryRun(),
        id,
        policy.origin(),
        List.of(),
        List.of(),
        List.of(term),
        Verdict.Deny.NOT_ALLOWED,
        policy.provider(),
        asks(policy));
  }

  /** Whether it is a CUSTOM policy whose authorizer can be asked. */
  private boolean asks(AuthorizationPolicy policy) {
    return policy.action() == Action.CUSTOM && authorizers.canAsk(policy.provider(), named);
  }

  /** A CUSTOM rule whose authorizer cannot be asked denies what it matches, and its id says so. */
  private String id(AuthorizationPolicy policy, String id) {
    if (policy.action() != Action.CUSTOM) {
      return id;
    }
    String custom = "istio-ext-authz-" + policy.provider() + "-" + id;
    return asks(policy) ? custom : custom + "-deny-due-to-bad-CUSTOM-action";
  }

  private static Verdict verdict(Action action, String id) {
    return switch (action) {
      case ALLOW, AUDIT -> new Verdict.Allow(id);
      case DENY -> new Verdict.Deny(id, Verdict.Reason.DENY_MATCHED);
      case CUSTOM -> new Verdict.Deny(id, Verdict.Reason.AUTHORIZER_UNAVAILABLE);
    };
  }
}
