// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import io.waypoint.routing.RouteDecision.Matched;
import io.waypoint.routing.model.HeaderMatch;
import io.waypoint.routing.model.Match;
import io.waypoint.routing.model.PathMatch;
import io.waypoint.routing.model.QueryMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One match of one rule, compiled: the unit that precedence ranks. */
final class Candidate {
  private final Matched decision;
  private final int matchIndex;
  private final Match match;
  private final Condition path;
  private final Condition[] rest;
  private final String wants;

  private Candidate(Matched decision, int matchIndex, Match match) {
    this.decision = decision;
    this.matchIndex = matchIndex;
    this.match = match;
    this.path = Condition.path(match.path());
    this.rest = rest(match);
    this.wants =
        Stream.concat(Stream.of(path), Stream.of(rest))
            .map(Condition::toString)
            .collect(Collectors.joining(", "));
  }

  static Candidate compile(Matched decision, int matchIndex) {
    return new Candidate(decision, matchIndex, decision.rule().rule().matches().get(matchIndex));
  }

  /** The cheapest questions first. */
  private static Condition[] rest(Match match) {
    List<Condition> rest = new ArrayList<>();
    if (match.path() instanceof PathMatch.Call) {
      rest.add(new Condition.Grpc());
    }
    if (match.method() != null) {
      rest.add(new Condition.Method(match.method()));
    }
    for (HeaderMatch header : match.headers()) {
      rest.add(new Condition.Header(header.name(), TextMatcher.of(header.value())));
    }
    for (QueryMatch query : match.query()) {
      rest.add(new Condition.Query(query.name(), QueryMatcher.of(query)));
    }
    return rest.toArray(Condition[]::new);
  }

  Matched decision() {
    return decision;
  }

  RouteRule rule() {
    return decision.rule();
  }

  Match match() {
    return match;
  }

  int matchIndex() {
    return matchIndex;
  }

  /** Whether everything holds, the path included. */
  boolean accepts(RequestHead head) {
    return firstFailure(head) == null;
  }

  /** Whether everything but the path holds, for those who know that the path does. */
  boolean acceptsBesidesPath(RequestHead head) {
    return firstFailureBesidesPath(head) == null;
  }

  @Nullable Condition firstFailure(RequestHead head) {
    return path.holds(head) ? firstFailureBesidesPath(head) : path;
  }

  private @Nullable Condition firstFailureBesidesPath(RequestHead head) {
    for (Condition condition : rest) {
      if (!condition.holds(head)) {
        return condition;
      }
    }
    return null;
  }

  Explanation.Step step(Explanation.Outcome outcome) {
    return new Explanation.Step(rule().origin(), rule().index(), matchIndex, match, wants, outcome);
  }

  RouteTable.Entry entry() {
    return new RouteTable.Entry(wants, rule());
  }

  @Override
  public String toString() {
    return wants + " -> " + rule();
  }
}
