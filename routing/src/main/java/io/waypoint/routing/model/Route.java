// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One route object.
 *
 * @param created decides between routes that match equally well: the oldest wins, and among equals
 *     the alphabetically first {@code namespace/name}
 * @param rules when none are written, the API's default: everything, with nowhere to go
 */
public record Route(Origin origin, Instant created, List<Rule> rules) {
  /** The age of every object that does not say, which makes them equally old. */
  public static final Instant UNDATED = Instant.EPOCH;

  public Route {
    rules = rules.isEmpty() ? List.of(Rule.DEFAULT) : Limits.atMost(16, rules, "rules");
    int matches = 0;
    Set<String> names = new HashSet<>();
    for (Rule rule : rules) {
      matches += rule.matches().size();
      if (rule.name() != null && !names.add(rule.name())) {
        throw new IllegalArgumentException("two rules are named \"" + rule.name() + "\"");
      }
    }
    Limits.count(128, matches, "matches over all rules");
  }

  public Route(Origin origin, List<Rule> rules) {
    this(origin, UNDATED, rules);
  }
}
