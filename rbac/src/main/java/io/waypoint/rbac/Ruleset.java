// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All rules in one of their two forms, in the order of evaluation:
 *
 * <pre>
 *   CUSTOM ──matches──► ask the authorizer; whoever cannot ask denies
 *   DENY   ──matches──► deny
 *   ALLOW  ──matches──► allow;  none attached ──► allow;  none matches ──► deny
 * </pre>
 *
 * <p>AUDIT decides nothing.
 *
 * @param guarded whether an enforced ALLOW policy is attached, with usable rules or without
 */
record Ruleset(
    CustomRules custom,
    Stages enforced,
    RuleGroup dryRunCustom,
    Stages dryRun,
    RuleGroup audit,
    boolean guarded) {
  record Stages(RuleGroup deny, RuleGroup allow) {}

  static Ruleset of(List<AuthorizationPolicy> policies, RuleCompiler compiler, Protocol protocol) {
    List<CompiledRule> rules = new ArrayList<>();
    boolean guarded = false;
    for (AuthorizationPolicy policy : policies) {
      rules.addAll(compiler.compile(policy, protocol));
      guarded |= policy.action() == Action.ALLOW && !policy.dryRun();
    }
    return new Ruleset(
        CustomRules.of(rules),
        stages(rules, false),
        group(rules, Action.CUSTOM, true),
        stages(rules, true),
        new RuleGroup(rules.stream().filter(rule -> rule.action() == Action.AUDIT).toList()),
        guarded);
  }

  private static Stages stages(List<CompiledRule> rules, boolean dryRun) {
    return new Stages(group(rules, Action.DENY, dryRun), group(rules, Action.ALLOW, dryRun));
  }

  private static RuleGroup group(List<CompiledRule> rules, Action action, boolean dryRun) {
    return new RuleGroup(
        rules.stream().filter(rule -> rule.action() == action && rule.dryRun() == dryRun).toList());
  }

  Consultation consult(RequestFacts facts) {
    return custom.consult(facts);
  }

  Verdict decide(RequestFacts facts) {
    CompiledRule unasked = custom.first(facts);
    return unasked == null ? decideConsulted(facts) : unasked.verdict();
  }

  Verdict decideConsulted(RequestFacts facts) {
    CompiledRule deny = enforced.deny.first(facts);
    if (deny != null) {
      return deny.verdict();
    }
    if (!guarded) {
      return Verdict.Allow.UNGUARDED;
    }
    CompiledRule allow = enforced.allow.first(facts);
    return allow == null ? Verdict.Deny.NOT_ALLOWED : allow.verdict();
  }

  boolean audits(RequestFacts facts) {
    return audit.first(facts) != null;
  }

  boolean hasAudit() {
    return !audit.isEmpty();
  }

  boolean hasShadow() {
    return !dryRunCustom.isEmpty() || !dryRun.deny.isEmpty() || !dryRun.allow.isEmpty();
  }

  Shadow shadow(RequestFacts facts) {
    return new Shadow(
        shadow(dryRunCustom, facts, Verdict.Allow.UNGUARDED),
        shadow(dryRun.deny, facts, Verdict.Allow.UNGUARDED),
        shadow(dryRun.allow, facts, Verdict.Deny.NOT_ALLOWED));
  }

  private static @Nullable Verdict shadow(RuleGroup group, RequestFacts facts, Verdict otherwise) {
    if (group.isEmpty()) {
      return null;
    }
    CompiledRule rule = group.first(facts);
    return rule == null ? otherwise : rule.verdict();
  }

  List<Explanation.Candidate> candidates(RequestFacts facts) {
    return inOrder().map(rule -> rule.candidate(facts)).toList();
  }

  List<String> dump() {
    return inOrder().map(CompiledRule::describe).toList();
  }

  private Stream<CompiledRule> inOrder() {
    return Stream.concat(
        custom.rules().stream(),
        Stream.of(audit, enforced.deny, enforced.allow, dryRunCustom, dryRun.deny, dryRun.allow)
            .flatMap(group -> group.rules().stream()));
  }
}
