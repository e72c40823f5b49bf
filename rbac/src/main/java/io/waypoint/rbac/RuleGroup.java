// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of one action in the byte order of their ids: the first that matches is reported. */
final class RuleGroup {
  private final List<CompiledRule> rules;
  private final RuleIndex index;

  RuleGroup(List<CompiledRule> unsorted) {
    rules = unsorted.stream().sorted(RuleGroup::byBytesOfId).toList();
    index = RuleIndex.of(rules);
  }

  private static int byBytesOfId(CompiledRule one, CompiledRule other) {
    return Arrays.compareUnsigned(
        one.id().getBytes(StandardCharsets.UTF_8), other.id().getBytes(StandardCharsets.UTF_8));
  }

  @Nullable CompiledRule first(RequestFacts facts) {
    int first = index.first(facts);
    return first < 0 ? null : rules.get(first);
  }

  List<CompiledRule> rules() {
    return rules;
  }

  boolean isEmpty() {
    return rules.isEmpty();
  }
}
