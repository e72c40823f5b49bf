// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.routing.Explanation.Step;
import io.waypoint.routing.model.Route;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplanationTest {
  @Test
  void namesEveryCandidateInTheOrderOfPrecedence() {
    RouteTable table =
        Routes.table("prefix:/ -> v1", "prefix:/v1 h:version=two -> v2", "prefix:/v1 -> v3");
    Explanation explanation = table.explain(Head.of("/v1/7 h:version=one"));
    assertThat(explanation.steps().stream().map(Step::toString))
        .containsExactly(
            "default/echo rule 2, prefix /v1, header version=two: header version: wanted two, got"
                + " one",
            "default/echo rule 3, prefix /v1: chosen",
            "default/echo rule 1, prefix /: matches, but its path is shorter");
    assertThat(explanation.decision()).isEqualTo(table.route(Head.of("/v1/7 h:version=one")));
  }

  @Test
  void saysWhyNothingMatches() {
    Explanation explanation = Routes.table("exact:/one -> v1").explain(Head.of("/two"));
    assertThat(explanation.decision()).isSameAs(RouteDecision.NO_ROUTE);
    assertThat(explanation.steps().getFirst().toString()).endsWith("path: wanted /one, got /two");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "exact:/one; /two; path: wanted /one, got /two",
        "prefix:/one/; /oneself; path: wanted prefix /one, got /oneself",
        "regex:/v[0-9]; /va; path: wanted regex /v[0-9], got /va",
        "GET; POST /; method: wanted GET, got POST",
        "h:Version=two; / h:version=one; header version: wanted two, got one",
        "h:version=two; /; header version: wanted two, got none",
        "h:version=two; / h:version=; header version: wanted two, got an empty value",
        "h~version=t.*; / h:version=one; header version: wanted regex t.*, got one",
        "h:authorization=a; / h:authorization=b; header authorization: wanted a, got something"
            + " else",
        "q:animal=whale; /?animal=d%6Fg; query animal: wanted whale, got dog",
        "q:animal=whale; /?animals=whale; query animal: wanted whale, got none",
        "q:animal=whale; /; query animal: wanted whale, got none",
        "exact:/a GET h:b=1 q:c=2; POST /a; method: wanted GET, got POST",
        "h:a=1 h:b=2 q:c=3; / h:a=1; header b: wanted 2, got none",
      })
  void givesTheFirstReason(String match, String request, String reason) {
    Explanation explanation = Routes.table(match + " -> v1").explain(Head.of(request));
    Explanation.Outcome outcome = explanation.steps().getFirst().outcome();
    assertThat(outcome).isEqualTo(new Explanation.Outcome.Rejected(reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "exact:/a; prefix:/a GET; an exact path beats a prefix, a prefix beats a regex",
        "prefix:/a; prefix:/ GET; its path is shorter",
        "GET; h:x=1; it names no method",
        "h:x=1; q:x=1; it matches fewer headers",
        "q:x=1; prefix:/; it matches fewer query parameters",
        "prefix:/; prefix:/; its rule comes later",
      })
  void saysOnWhichCriterionACandidateLost(String winner, String loser, String reason) {
    Explanation explanation =
        Routes.table(winner + " -> v1", loser + " -> v2").explain(Head.of("/a?x=1 h:x=1"));
    assertThat(explanation.steps().getLast().outcome())
        .isEqualTo(new Explanation.Outcome.Outranked(reason));
  }

  @Test
  void saysWhichRouteIsOlderOrFirst() {
    Route young = Routes.route("a/a", Instant.ofEpochSecond(9), "prefix:/ -> v1");
    Route first = Routes.route("b/b", "prefix:/ -> v1");
    Route later = Routes.route("b/c", "prefix:/ | prefix:/ -> v1");
    Explanation explanation =
        RouteTable.compile(List.of(young, later, first)).explain(Head.of("/"));
    assertThat(explanation.steps().stream().map(step -> step.toString().split(": ", 2)[1]))
        .containsExactly(
            "chosen",
            "matches, but its route's namespace/name comes later",
            "matches, but its route's namespace/name comes later",
            "matches, but its route is younger");
    explanation = RouteTable.compile(List.of(later)).explain(Head.of("/"));
    assertThat(explanation.steps().getLast().toString()).endsWith("its match comes later");
  }

  @Test
  void cutsLongValues() {
    Explanation explanation =
        Routes.table("h:a=1 -> v1").explain(Head.of("/ h:a=" + "x".repeat(5_000)));
    assertThat(explanation.steps().getFirst().toString()).hasSizeLessThan(300).endsWith("...");
  }

  @Test
  void dumpsInTheOrderInWhichMatchesAreTried() {
    RouteTable table =
        Routes.table("GET h~a=1.* q:b=2 -> v1*90 v2*10 v3*0", "exact:/x | regex:/y+ -> ");
    assertThat(table.dump())
        .containsExactly(
            "exact /x -> default/echo rule 2 -> 1 500 (no backendRefs)",
            "prefix /, GET, header a=regex 1.*, query b=2 -> default/echo rule 1"
                + " -> 90 default/v1:80, 10 default/v2:80",
            "regex /y+ -> default/echo rule 2 -> 1 500 (no backendRefs)");
  }
}
