// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.util.List;

/** Which rules are worth a look. */
final class RuleIndex {
  private final CompiledRule[] rules;

  private RuleIndex(CompiledRule[] rules) {
    this.rules = rules;
  }

  static RuleIndex of(List<CompiledRule> rules) {
    return new RuleIndex(rules.toArray(CompiledRule[]::new));
  }

  /** The position of the first rule that matches; -1 when none does. */
  int first(RequestFacts facts) {
    for (int i = 0; i < rules.length; i++) {
      if (rules[i].matches(facts)) {
        return i;
      }
    }
    return -1;
  }
}
