// SPDX-License-Identifier: Apache-2.0
package io.waypoint.expectation;

import io.waypoint.rbac.Explanation;
import io.waypoint.rbac.Shadow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the engine judges a request.
 *
 * @param status of a denial of a request; 0 for what is allowed and for a connection
 * @param grpcStatus of a denial of a gRPC request; negative for all else
 * @param decidedBy the id of what decided; null when nothing needed to
 * @param why in words
 * @param forwarded the canonical target; null for a connection and for a request refused before
 *     policy
 * @param explanation what every attached rule said; null when it was refused before policy
 */
public record Judgement(
    boolean allowed,
    int status,
    int grpcStatus,
    @Nullable String decidedBy,
    String why,
    @Nullable String forwarded,
    @Nullable Shadow shadow,
    @Nullable Explanation explanation) {
  /** What is not as expected, one clause each; empty when all is. */
  List<String> differences(ExpectedRequest request) {
    ExpectedRequest.Wanted wanted = request.wanted();
    boolean answered = request.isHttp() && !wanted.allowed();
    var clauses = new Clauses();
    clauses.compare("outcome", wanted.allowed() ? "allow" : "deny", allowed ? "allow" : "deny");
    if (answered && wanted.status() != 0) {
      clauses.compare("status", String.valueOf(wanted.status()), String.valueOf(status));
    }
    if (answered && wanted.grpcStatus() >= 0) {
      clauses.compare(
          "gRPC status", String.valueOf(wanted.grpcStatus()), String.valueOf(grpcStatus));
    }
    if (wanted.policy() != null) {
      clauses.compare("policy", wanted.policy(), String.valueOf(decidedBy));
    }
    if (wanted.forwardedPath() != null) {
      clauses.compare("forwarded path", wanted.forwardedPath(), String.valueOf(forwarded));
    }
    Map<String, String> shadows = DryRun.words(shadow);
    new TreeMap<>(wanted.shadow())
        .forEach((action, words) ->
            clauses.compareShadow(action, words, shadows.getOrDefault(action, "nothing")));
    return List.copyOf(clauses.list);
  }

  private static final class Clauses {
    private final List<String> list = new ArrayList<>();

    void compare(String what, String expected, String found) {
      if (!expected.equals(found)) {
        list.add(what + " " + found + ", expected " + expected);
      }
    }

    void compareShadow(String action, String expected, String found) {
      if (!DryRun.same(expected, found)) {
        compare("dry run of " + action, expected, found);
      }
    }
  }
}
