// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.util.List;

/**
 * One field of a rule: the smallest part that can fail.
 *
 * @param label as in the policy, for example {@code from[0].source.notPrincipals}
 * @param negated whether none of the values may match
 */
record Term(String label, List<String> values, boolean negated, Probe probe, int cost) {
  boolean fails(RequestFacts facts) {
    return probe.any(facts) == negated;
  }

  String failure(RequestFacts facts) {
    return switch (probe) {
      case Probe.Never(String reason) -> label + ": " + reason;
      default -> label + " " + values + (negated ? " excludes " : " has not ") + probe.found(facts);
    };
  }

  @Override
  public String toString() {
    return label + " " + values;
  }
}
