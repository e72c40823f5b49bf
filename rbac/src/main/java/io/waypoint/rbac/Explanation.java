// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.Origin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A verdict and what every attached rule said, in the order of evaluation.
 *
 * @param verdict what {@link PolicySet#check} answers to the same facts
 */
public record Explanation(Verdict verdict, List<Candidate> candidates) {
  /**
   * One rule's part.
   *
   * @param policyId of the rule, or of the policy when it has no rules
   * @param failure the first thing that did not match; null when the rule matched
   */
  public record Candidate(
      Action action, boolean dryRun, String policyId, Origin origin, @Nullable String failure) {
    public boolean matched() {
      return failure == null;
    }
  }

  public Explanation {
    candidates = List.copyOf(candidates);
  }
}
