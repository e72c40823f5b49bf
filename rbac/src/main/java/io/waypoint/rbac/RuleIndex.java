// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which of many rules are worth a look: each is filed under keys of which a request needs one,
 * those that have none under "always". The outcome is that of trying every rule in order.
 */
final class RuleIndex {
  private static final String SPACE = "/ns/";

  private final CompiledRule[] rules;
  private final int[] always;
  private final RegionTable principals;
  private final RegionTable namespaces;
  private final int[] ofNamespaces;
  private final RegionTable paths;

  private RuleIndex(
      CompiledRule[] rules,
      int[] always,
      RegionTable principals,
      RegionTable namespaces,
      RegionTable paths) {
    this.rules = rules;
    this.always = always;
    this.principals = principals;
    this.namespaces = namespaces;
    this.ofNamespaces = namespaces.all();
    this.paths = paths;
  }

  static RuleIndex of(List<CompiledRule> rules) {
    List<List<Set<RuleKey>>> ways = rules.stream().map(RuleKey::ways).toList();
    Map<RuleKey, Integer> uses = new HashMap<>();
    ways.forEach(sets -> sets.forEach(set -> set.forEach(key -> uses.merge(key, 1, Integer::sum))));
    Map<RuleKey, List<Integer>> filed = new HashMap<>();
    List<Integer> always = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i).never()) {
        continue;
      }
      Set<RuleKey> best = Set.of();
      int least = Integer.MAX_VALUE;
      for (Set<RuleKey> way : ways.get(i)) {
        int crowd = way.stream().mapToInt(key -> uses.getOrDefault(key, 0)).max().orElse(0);
        best = crowd < least ? way : best;
        least = Math.min(crowd, least);
      }
      int rule = i;
      best.forEach(key -> filed.computeIfAbsent(key, same -> new ArrayList<>()).add(rule));
      if (best.isEmpty()) {
        always.add(i);
      }
    }
    return new RuleIndex(
        rules.toArray(CompiledRule[]::new),
        always.stream().mapToInt(Integer::intValue).toArray(),
        table(filed, RuleKey.Kind.PRINCIPAL),
        table(filed, RuleKey.Kind.NAMESPACE),
        table(filed, RuleKey.Kind.PATH));
  }

  private static RegionTable table(Map<RuleKey, List<Integer>> filed, RuleKey.Kind kind) {
    Map<String, List<Integer>> entries = new HashMap<>();
    filed.forEach((key, rules) -> {
      if (key.kind() == kind) {
        entries.put(key.text(), rules);
      }
    });
    return new RegionTable(entries);
  }

  /** The position of the first rule that matches; -1 when none does. */
  int first(RequestFacts facts) {
    int first = earlier(always, rules.length, facts);
    String principal = principals.isEmpty() && namespaces.isEmpty() ? null : facts.principal();
    if (principal != null) {
      first = byPrincipal(principal, first, facts);
    }
    String path = paths.isEmpty() ? null : facts.path();
    if (path != null) {
      first = byPath(path, first, facts);
    }
    return first == rules.length ? -1 : first;
  }

  private int byPrincipal(String principal, int bound, RequestFacts facts) {
    int first =
        earlier(
            principals.get(principal, 0, principal.length(), principal.hashCode()), bound, facts);
    if (namespaces.isEmpty()) {
      return first;
    }
    int at = principal.indexOf(SPACE);
    if (at < 0) {
      return first;
    }
    int start = at + SPACE.length();
    if (principal.indexOf(SPACE, start - 1) >= 0) {
      // No identity of a mesh names two namespaces; which one counts is for the rules to say.
      return earlier(ofNamespaces, first, facts);
    }
    int end = principal.indexOf('/', start);
    return end < 0 ? first : earlier(namespaces.get(principal, start, end), first, facts);
  }

  private int byPath(String path, int bound, RequestFacts facts) {
    int first = bound;
    int hash = 0;
    int at = 0;
    for (int length : paths.lengths()) {
      if (length > path.length()) {
        break;
      }
      for (; at < length; at++) {
        hash = 31 * hash + path.charAt(at);
      }
      first = earlier(paths.get(path, 0, length, hash), first, facts);
    }
    return first;
  }

  /** The first of these rules, in ascending order, that matches and comes before a bound. */
  private int earlier(int[] candidates, int bound, RequestFacts facts) {
    for (int rule : candidates) {
      if (rule >= bound) {
        return bound;
      }
      if (rules[rule].matches(facts)) {
        return rule;
      }
    }
    return bound;
  }
}
