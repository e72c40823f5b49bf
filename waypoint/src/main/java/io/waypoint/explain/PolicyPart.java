// SPDX-License-Identifier: Apache-2.0
package io.waypoint.explain;

import io.waypoint.rbac.Explanation;
import io.waypoint.rbac.IpAddress;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.RequestFacts;
import io.waypoint.rbac.RequestTarget;
import io.waypoint.rbac.StatedFacts;
import io.waypoint.rbac.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the policies of a destination said.
 *
 * @param explanation of the very check that an exchange makes
 */
public record PolicyPart(Explanation explanation) {
  static PolicyPart of(
      PolicySet policies, Question question, RequestTarget target, int port, String host) {
    return new PolicyPart(policies.explain(facts(question, target, port, host)));
  }

  private static RequestFacts facts(
      Question question, RequestTarget target, int port, String host) {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (Question.Field field : question.headers()) {
      headers.computeIfAbsent(field.name(), _ -> new ArrayList<>()).add(field.value());
    }
    return new StatedFacts(
        true,
        question.caller().uri(),
        question.from(),
        question.from(),
        address(host),
        port,
        null,
        question.authority(),
        question.method(),
        target.path(),
        target.toString(),
        headers,
        null);
  }

  private static @Nullable IpAddress address(String host) {
    try {
      return IpAddress.parse(host);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  boolean allows() {
    return explanation.verdict().allowed();
  }

  /** The verdict in one clause. */
  String verdict() {
    return switch (explanation.verdict()) {
      case Verdict.Allow(String policy) ->
          policy == null ? "ALLOW  no policy objects" : "ALLOW  by " + policy;
      case Verdict.Deny(String policy, Verdict.Reason reason) ->
          switch (reason) {
            case NO_ALLOW_MATCHED -> "DENY   no ALLOW rule matches";
            case DENY_MATCHED -> "DENY   by " + policy;
            case AUTHORIZER_UNAVAILABLE ->
                "DENY   the authorizer of " + policy + " cannot be asked";
            case EVALUATION_FAILED -> "DENY   " + policy;
          };
    };
  }
}
