// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import io.waypoint.routing.RouteDecision.Matched;
import io.waypoint.routing.model.Route;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The compiled routes of one port of one service.
 *
 * <p>Each match of each rule is a {@link Candidate}. A request belongs to the first candidate, in
 * the order of {@link Precedence}, that accepts it. {@link #route} finds it through {@link
 * PathIndex}, whose cost hardly depends on the number of routes; {@link #explain} asks every
 * candidate the same conditions in that order and notes the answers.
 */
public final class RouteTable {
  private final List<RouteRule> rules;
  private final List<Candidate> candidates;
  private final PathIndex index;

  private RouteTable(List<RouteRule> rules, List<Candidate> candidates) {
    this.rules = List.copyOf(rules);
    this.candidates = List.copyOf(candidates);
    this.index = PathIndex.of(this.candidates);
  }

  public static RouteTable compile(List<Route> routes) {
    List<RouteRule> rules = new ArrayList<>();
    List<Candidate> candidates = new ArrayList<>();
    for (Route route : routes) {
      for (int i = 0; i < route.rules().size(); i++) {
        RouteRule rule = new RouteRule(route, i);
        Matched decision = new Matched(rule);
        rules.add(rule);
        for (int j = 0; j < rule.rule().matches().size(); j++) {
          candidates.add(Candidate.compile(decision, j));
        }
      }
    }
    candidates.sort(Precedence.ORDER);
    return new RouteTable(rules, candidates);
  }

  /** Which rule serves the request; allocates nothing unless a pattern needs the regex engine. */
  public RouteDecision route(RequestHead head) {
    Candidate chosen = index.find(head);
    return chosen == null ? RouteDecision.NO_ROUTE : chosen.decision();
  }

  /** The decision of {@link #route} and what was said about every candidate. */
  public Explanation explain(RequestHead head) {
    Candidate chosen = index.find(head);
    List<Explanation.Step> steps = new ArrayList<>(candidates.size());
    for (Candidate candidate : candidates) {
      steps.add(candidate.step(outcome(candidate, chosen, head)));
    }
    return new Explanation(chosen == null ? RouteDecision.NO_ROUTE : chosen.decision(), steps);
  }

  private static Explanation.Outcome outcome(
      Candidate candidate, @Nullable Candidate chosen, RequestHead head) {
    if (candidate == chosen) {
      return new Explanation.Outcome.Chosen();
    }
    Condition failed = candidate.firstFailure(head);
    if (failed != null) {
      return new Explanation.Outcome.Rejected(failed.reason(head));
    }
    if (chosen == null) {
      throw new IllegalStateException(candidate + " matches but was not found by its path");
    }
    return new Explanation.Outcome.Outranked(Precedence.whyLast(candidate, chosen));
  }

  /** Every rule, in the order in which the routes were given. */
  public List<RouteRule> rules() {
    return rules;
  }

  /**
   * One match of a rule.
   *
   * @param wants in words, for example {@code prefix /v1, GET}
   */
  public record Entry(String wants, RouteRule rule) {}

  /** Every match, in the order of precedence. */
  public List<Entry> entries() {
    return candidates.stream().map(Candidate::entry).toList();
  }

  /** One line for each match, in the order in which they are tried. */
  public List<String> dump() {
    return candidates.stream().map(Candidate::toString).toList();
  }
}
