// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.routing.model.Route;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One test for each criterion; the loser is always written first. */
class PrecedenceTest {
  private static final String BUSY = " GET h:a=1 h:b=2 q:c=3 ";

  @Test
  void exactPathBeatsEverything() {
    wins("exact:/a", "prefix:/a" + BUSY);
    wins("exact:/a", "regex:/a" + BUSY);
  }

  @Test
  void prefixBeatsRegex() {
    wins("prefix:/", "regex:/a" + BUSY);
  }

  @Test
  void longerPrefixBeatsMethodHeadersAndQuery() {
    wins("prefix:/a", "prefix:/" + BUSY);
  }

  @Test
  void trailingSlashDoesNotMakeAPrefixLonger() {
    wins("prefix:/a GET", "prefix:/a/");
  }

  @Test
  void longerRegexBeatsMethodHeadersAndQuery() {
    wins("regex:/a.*", "regex:/.*" + BUSY);
  }

  @Test
  void methodBeatsHeadersAndQuery() {
    wins("GET", "h:a=1 h:b=2 q:c=3");
  }

  @Test
  void moreHeadersBeatQuery() {
    wins("h:a=1", "q:c=3");
    wins("h:a=1 h:b=2", "h:a=1 q:c=3");
  }

  @Test
  void repeatedHeadersCountOnce() {
    wins("h:a=1 h:b=2", "h:a=1 h:A=1 h:a=1");
  }

  @Test
  void moreQueryParametersWin() {
    wins("q:c=3 q:d=4", "q:c=3");
  }

  @Test
  void oldestRouteWins() {
    Route young = Routes.route("a/a", Instant.ofEpochSecond(2), "h:a=1 -> v1");
    Route old = Routes.route("z/z", Instant.ofEpochSecond(1), "h:b=2 -> v2");
    assertThat(Routes.chosen(RouteTable.compile(List.of(young, old)), REQUEST))
        .isEqualTo("z/z rule 1");
  }

  @Test
  void alphabeticallyFirstRouteWins() {
    Route later = Routes.route("b/a", "h:a=1 -> v1");
    Route first = Routes.route("a/z", "h:b=2 -> v2");
    assertThat(Routes.chosen(RouteTable.compile(List.of(later, first)), REQUEST))
        .isEqualTo("a/z rule 1");
  }

  @Test
  void orderIsOfTheJoinedNameNotOfTheNamespace() {
    Route slash = Routes.route("a/z", "h:a=1 -> v1");
    Route dash = Routes.route("a-b/a", "h:b=2 -> v2");
    assertThat(Routes.chosen(RouteTable.compile(List.of(slash, dash)), REQUEST))
        .isEqualTo("a-b/a rule 1");
  }

  @Test
  void firstRuleThenFirstMatchWins() {
    RouteTable table = Routes.table("h:b=2 -> v1", "h:a=1 -> v2");
    assertThat(Routes.chosen(table, REQUEST)).isEqualTo("default/echo rule 1");
    Explanation explanation = Routes.table("h:b=2 | h:a=1 -> v1").explain(Head.of(REQUEST));
    assertThat(explanation.steps().getFirst().wants()).contains("header b=2");
  }

  private static final String REQUEST = "GET /a?c=3&d=4 h:a=1 h:b=2";

  private static void wins(String winner, String loser) {
    RouteTable table = Routes.table(loser + " -> v1", winner + " -> v2");
    assertThat(Routes.chosen(table, REQUEST)).isEqualTo("default/echo rule 2");
    RouteTable without = Routes.table(loser + " -> v1");
    assertThat(Routes.chosen(without, REQUEST)).as("the loser matches").isNotNull();
  }
}
