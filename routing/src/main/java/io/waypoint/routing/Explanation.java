// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import io.waypoint.routing.model.Match;
import io.waypoint.routing.model.Origin;
import java.util.List;

/**
 * A decision and how it came about.
 *
 * @param steps every candidate in the order of precedence
 */
public record Explanation(RouteDecision decision, List<Step> steps) {
  public Explanation {
    steps = List.copyOf(steps);
  }

  /**
   * One match of one rule that was considered.
   *
   * @param rule from 0, as written in the route
   * @param match from 0, as written in the rule
   * @param wants the match in words, for example {@code prefix /v1, GET}
   */
  public record Step(
      Origin origin, int rule, int matchIndex, Match match, String wants, Outcome outcome) {
    @Override
    public String toString() {
      String verdict =
          switch (outcome) {
            case Outcome.Chosen() -> "chosen";
            case Outcome.Outranked(String reason) -> "matches, but " + reason;
            case Outcome.Rejected(String reason) -> reason;
          };
      return origin.key() + " rule " + (rule + 1) + ", " + wants + ": " + verdict;
    }
  }

  /** What became of a candidate. */
  public sealed interface Outcome {
    /** It serves the request. */
    record Chosen() implements Outcome {}

    /**
     * It would serve, were the chosen one not there.
     *
     * @param reason the first criterion of precedence on which it lost
     */
    record Outranked(String reason) implements Outcome {}

    /**
     * It does not match.
     *
     * @param reason the first condition that failed, for example {@code header version: wanted two,
     *     got one}
     */
    record Rejected(String reason) implements Outcome {}
  }
}
