// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.expectation.Expectations;
import io.waypoint.expectation.ExpectedRequest;
import io.waypoint.expectation.Judgement;
import io.waypoint.rbac.Explanation;
import java.util.List;

/** The outcome of expectations for a person: each mismatch with what the engine says about it. */
final class AuthzText {
  private AuthzText() {}

  static String of(Expectations expectations, List<Expectations.Outcome> outcomes) {
    var text = new StringBuilder();
    int mismatches = 0;
    for (Expectations.Outcome outcome : outcomes) {
      if (!outcome.isAsExpected()) {
        mismatches++;
        text.append(mismatch(outcome));
      }
    }
    return text.append(
            "%d of %d requests in %d sets as expected%n"
                .formatted(
                    outcomes.size() - mismatches, outcomes.size(), expectations.sets().size()))
        .toString();
  }

  /**
   * One mismatch:
   *
   * <pre>
   * authz.yaml:12:5 mismatch only-get / deletes: outcome allow, expected deny
   *   DELETE / of httpbin, by spiffe://cluster.local/ns/a/sa/b
   *   allow, decided by ns[foo]-policy[p]-rule[0] (authz.yaml:3:5): an ALLOW rule matches
   *     ALLOW ns[foo]-policy[p]-rule[0] (authz.yaml:3:5): matched
   * </pre>
   */
  static String mismatch(Expectations.Outcome outcome) {
    var text = new StringBuilder();
    ExpectedRequest request = outcome.request();
    text.append(request.position())
        .append(" mismatch ")
        .append(clean(outcome.set().name() + " / " + request.name()))
        .append(": ")
        .append(clean(String.join("; ", outcome.differences())))
        .append("\n  ")
        .append(clean(head(request)))
        .append('\n');
    return text.append(explanation(outcome.judgement())).toString();
  }

  static String head(ExpectedRequest request) {
    String what =
        request.protocol() == ExpectedRequest.Protocol.TCP
            ? "a TCP connection to port " + request.peer().destinationPort()
            : request.method() + " " + request.path() + " of " + request.host();
    String caller = request.peer().principal();
    return what + ", by " + (caller == null ? "a caller without identity" : caller);
  }

  static String explanation(Judgement judgement) {
    var text = new StringBuilder();
    text.append("  ").append(judgement.allowed() ? "allow" : "deny");
    if (judgement.decidedBy() != null) {
      text.append(", decided by ").append(clean(judgement.decidedBy())).append(place(judgement));
    }
    text.append(": ").append(clean(judgement.why())).append('\n');
    Explanation explanation = judgement.explanation();
    if (explanation == null) {
      return text.toString();
    }
    for (Explanation.Candidate candidate : explanation.candidates()) {
      text.append("    ").append(clean(line(candidate))).append('\n');
    }
    Explanation.Candidate closest = explanation.closest();
    if (closest != null) {
      text.append("    closest: ").append(closest.policyId()).append(", which lacks\n");
      for (String missing : closest.missing()) {
        text.append("      ").append(clean(missing)).append('\n');
      }
    }
    if (explanation.candidates().isEmpty()) {
      text.append("    no policy is attached\n");
    }
    return text.toString();
  }

  private static String line(Explanation.Candidate candidate) {
    return (candidate.dryRun() ? "dry-run " : "")
        + candidate.action()
        + " "
        + candidate.policyId()
        + at(candidate)
        + ": "
        + (candidate.matched() ? "matched" : candidate.failure());
  }

  private static String place(Judgement judgement) {
    Explanation.Candidate by = AuthzJson.decider(judgement);
    return by == null ? "" : at(by);
  }

  private static String at(Explanation.Candidate candidate) {
    String position = candidate.origin().position();
    return position.isEmpty() ? "" : " (" + position + ")";
  }

  /** A terminal must not obey what stands in a file. */
  private static String clean(String text) {
    var clean = new StringBuilder(text.length());
    text.codePoints().forEach(c -> clean.appendCodePoint(Character.isISOControl(c) ? '?' : c));
    return clean.toString();
  }
}
