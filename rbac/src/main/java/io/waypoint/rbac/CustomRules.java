// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import io.waypoint.rbac.model.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The enforced CUSTOM rules of a destination, by authorizer, in the order of the names. */
final class CustomRules {
  private final List<OfOne> byName;

  private CustomRules(List<OfOne> byName) {
    this.byName = byName;
  }

  /**
   * The rules that name one authorizer.
   *
   * @param alone the answer when no other authorizer is to be asked; null when this one cannot be
   */
  private record OfOne(String name, RuleGroup rules, @Nullable Consultation alone) {}

  static CustomRules of(List<CompiledRule> rules) {
    Map<String, List<CompiledRule>> sorted = new TreeMap<>();
    for (CompiledRule rule : rules) {
      if (rule.action() == Action.CUSTOM && !rule.dryRun()) {
        sorted.computeIfAbsent(rule.authorizer(), name -> new ArrayList<>()).add(rule);
      }
    }
    List<OfOne> groups = new ArrayList<>();
    sorted.forEach((name, group) -> {
      boolean asked = group.getFirst().asks();
      groups.add(
          new OfOne(
              name, new RuleGroup(group), asked ? new Consultation(List.of(name), null) : null));
    });
    return new CustomRules(List.copyOf(groups));
  }

  /** Allocates nothing when at most one authorizer is to be asked. */
  Consultation consult(RequestFacts facts) {
    Consultation first = null;
    List<String> names = null;
    for (int i = 0; i < byName.size(); i++) {
      OfOne group = byName.get(i);
      CompiledRule rule = group.rules.first(facts);
      if (rule == null) {
        continue;
      }
      if (group.alone == null) {
        List<String> before =
            names != null ? names : first == null ? List.of() : first.authorizers();
        return new Consultation(before, (Verdict.Deny) rule.verdict());
      }
      if (first == null) {
        first = group.alone;
      } else {
        if (names == null) {
          names = new ArrayList<>(first.authorizers());
        }
        names.add(group.name);
      }
    }
    if (names != null) {
      return new Consultation(names, null);
    }
    return first == null ? Consultation.NONE : first;
  }

  /** What denies when nobody can be asked: the first rule that matches. */
  @Nullable CompiledRule first(RequestFacts facts) {
    for (int i = 0; i < byName.size(); i++) {
      CompiledRule rule = byName.get(i).rules.first(facts);
      if (rule != null) {
        return rule;
      }
    }
    return null;
  }

  List<CompiledRule> rules() {
    return byName.stream().flatMap(group -> group.rules.rules().stream()).toList();
  }
}
