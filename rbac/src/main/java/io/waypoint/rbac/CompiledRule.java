// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.Origin;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One rule in one of its two forms.
 *
 * @param from alternatives; none means every caller, and so does one without terms
 * @param to alternatives; none means every request, and so does one without terms
 * @param when all of them
 * @param verdict what the rule decides when it matches
 * @param authorizer whom a CUSTOM rule names; empty for the other actions
 * @param asks whether that authorizer can be asked
 */
record CompiledRule(
    Action action,
    boolean dryRun,
    String id,
    Origin origin,
    List<List<Term>> from,
    List<List<Term>> to,
    List<Term> when,
    Verdict verdict,
    String authorizer,
    boolean asks) {

  boolean matches(RequestFacts facts) {
    return firstFailure(facts) == null;
  }

  /** Whether nothing can match it. */
  boolean never() {
    return !when.isEmpty() && when.getFirst().probe() instanceof Probe.Never;
  }

  /** The first term that fails; null when the rule matches. */
  @Nullable Term firstFailure(RequestFacts facts) {
    Term failure = failureOfAll(when, facts);
    if (failure == null) {
      failure = failureOfAny(from, facts);
    }
    return failure == null ? failureOfAny(to, facts) : failure;
  }

  private static @Nullable Term failureOfAny(List<List<Term>> alternatives, RequestFacts facts) {
    Term first = null;
    for (int i = 0; i < alternatives.size(); i++) {
      Term failure = failureOfAll(alternatives.get(i), facts);
      if (failure == null) {
        return null;
      }
      first = first == null ? failure : first;
    }
    return first;
  }

  private static @Nullable Term failureOfAll(List<Term> terms, RequestFacts facts) {
    for (int i = 0; i < terms.size(); i++) {
      if (terms.get(i).fails(facts)) {
        return terms.get(i);
      }
    }
    return null;
  }

  Explanation.Candidate candidate(RequestFacts facts) {
    Term failure = firstFailure(facts);
    return new Explanation.Candidate(
        action,
        dryRun,
        id,
        origin,
        failure == null ? null : failure.failure(facts),
        failure == null ? List.of() : missing(facts));
  }

  /** Everything that would have to be otherwise: of alternatives, in the one that lacks least. */
  private List<String> missing(RequestFacts facts) {
    List<String> missing = new ArrayList<>(failures(when, facts));
    missing.addAll(fewest(from, facts));
    missing.addAll(fewest(to, facts));
    return missing;
  }

  private static List<String> fewest(List<List<Term>> alternatives, RequestFacts facts) {
    List<String> fewest = null;
    for (List<Term> alternative : alternatives) {
      List<String> failures = failures(alternative, facts);
      if (fewest == null || failures.size() < fewest.size()) {
        fewest = failures;
      }
    }
    return fewest == null ? List.of() : fewest;
  }

  private static List<String> failures(List<Term> terms, RequestFacts facts) {
    return terms.stream()
        .filter(term -> term.fails(facts))
        .map(term -> term.failure(facts))
        .toList();
  }

  /** For a dump: everything the rule asks for. */
  String describe() {
    List<String> parts = new ArrayList<>();
    parts.add((dryRun ? "dry-run " : "") + action + " " + id);
    from.forEach(terms -> parts.add("from " + terms));
    to.forEach(terms -> parts.add("to " + terms));
    when.forEach(term -> parts.add("when " + term));
    return String.join(" ", parts);
  }
}
