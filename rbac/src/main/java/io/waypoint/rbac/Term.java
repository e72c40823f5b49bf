// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.util.List;

/**
 * One field of a rule: the smallest part that can fail.
 *
 * @param field as in the policy, for example {@code from[0].source.notPrincipals}
 * @param negated whether none of the values may match
 */
record Term(String field, List<String> values, boolean negated, Probe probe, int cost) {
  boolean fails(RequestFacts facts) {
    return probe.any(facts) == negated;
  }

  String failure(RequestFacts facts) {
    return switch (probe) {
      case Probe.Never(String reason) -> field + ": " + reason;
      default -> field + " " + values + (negated ? " excludes " : " has not ") + probe.found(facts);
    };
  }

  @Override
  public String toString() {
    return field + " " + values;
  }
}
