// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The values of one field: exact ones by a hash, the others one after the other. */
record TextMatcher(Set<String> exact, List<TextPattern> patterns) implements Predicate<String> {
  static TextMatcher of(List<TextPattern> all) {
    Set<String> exact = new HashSet<>();
    List<TextPattern> patterns = new ArrayList<>();
    for (TextPattern pattern : all) {
      if (pattern instanceof TextPattern.Exact(String value, boolean ignoreCase) && !ignoreCase) {
        exact.add(value);
      } else {
        patterns.add(pattern);
      }
    }
    return new TextMatcher(Set.copyOf(exact), List.copyOf(patterns));
  }

  @Override
  public boolean test(String text) {
    if (exact.contains(text)) {
      return true;
    }
    for (int i = 0; i < patterns.size(); i++) {
      if (patterns.get(i).matches(text)) {
        return true;
      }
    }
    return false;
  }
}
