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
   * @param missing everything that would have to be otherwise for the rule to match
   */
  public record Candidate(
      Action action,
      boolean dryRun,
      String policyId,
      Origin origin,
      @Nullable String failure,
      List<String> missing) {
    public Candidate {
      missing = List.copyOf(missing);
    }

    public boolean matched() {
      return failure == null;
    }
  }

  public Explanation {
    candidates = List.copyOf(candidates);
  }

  /**
   * Of a request that no ALLOW rule matches, the rule that lacks least, the first of several; null
   * when the verdict is another, or no rule could ever match.
   */
  public @Nullable Candidate closest() {
    Candidate closest = null;
    if (verdict instanceof Verdict.Deny(_, Verdict.Reason reason)
        && reason == Verdict.Reason.NO_ALLOW_MATCHED) {
      for (Candidate candidate : candidates) {
        boolean counts = candidate.action() == Action.ALLOW && !candidate.dryRun();
        if (counts && (closest == null || candidate.missing().size() < closest.missing().size())) {
          closest = candidate;
        }
      }
    }
    return closest;
  }
}
