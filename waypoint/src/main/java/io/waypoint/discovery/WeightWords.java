// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery;

import io.waypoint.config.Doc;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Changes of weights, the change that is made most often: {@code weights 90/10 -> 50/50}. */
final class WeightWords {
  private static final Set<String> WEIGHT = Set.of("weight");

  private WeightWords() {}

  static List<String> between(Doc oldSpec, Doc newSpec) {
    List<Doc> old = oldSpec.field("rules").list();
    List<Doc> now = newSpec.field("rules").list();
    List<String> words = new ArrayList<>();
    for (int i = 0; i < Math.min(old.size(), now.size()); i++) {
      String before = weights(old.get(i));
      String after = weights(now.get(i));
      if (!before.equals(after)) {
        String rule = now.size() == 1 ? "" : " of rule " + i;
        words.add("weights" + rule + " " + before + " -> " + after);
      }
    }
    return words;
  }

  private static String weights(Doc rule) {
    return rule.field("backendRefs").list().stream()
        .map(backend -> backend.has("weight") ? backend.field("weight").raw() : "1")
        .collect(Collectors.joining("/"));
  }

  /** Whether two lists of rules differ in the weights of their backends alone. */
  static boolean nothingElse(Doc old, Doc now) {
    List<Doc> before = old.list();
    List<Doc> after = now.list();
    if (before.size() != after.size()) {
      return false;
    }
    for (int i = 0; i < before.size(); i++) {
      List<Doc> one = before.get(i).field("backendRefs").list();
      List<Doc> other = after.get(i).field("backendRefs").list();
      if (one.size() != other.size()
          || !sameBut(before.get(i), after.get(i), Set.of("backendRefs"))) {
        return false;
      }
      for (int j = 0; j < one.size(); j++) {
        if (!sameBut(one.get(j), other.get(j), WEIGHT)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean sameBut(Doc old, Doc now, Set<String> except) {
    Set<String> fields = new TreeSet<>();
    old.fields().forEach(field -> fields.add(field.name()));
    now.fields().forEach(field -> fields.add(field.name()));
    fields.removeAll(except);
    return fields.stream().allMatch(field -> old.field(field).sameAs(now.field(field)));
  }
}
