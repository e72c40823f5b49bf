// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.routing.Explanation.Outcome;
import io.waypoint.routing.Explanation.Step;
import io.waypoint.routing.model.Route;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** For random routes and requests, the table, its explanation and a naive reader agree. */
class RouteTablePropertyTest {
  private static final int TABLES = 1_500;
  private static final int REQUESTS = 20;

  @Test
  void agreesWithANaiveReaderOfTheSpecification() {
    long seed = Long.getLong("routing.seed", new SplittableRandom().nextLong());
    System.out.println("seed: -Drouting.seed=" + seed);
    RandomRoutes random = new RandomRoutes(new SplittableRandom(seed));
    int matched = 0;
    int contested = 0;
    for (int i = 0; i < TABLES; i++) {
      List<Route> routes = random.routes();
      RouteTable table = RouteTable.compile(routes);
      for (int j = 0; j < REQUESTS; j++) {
        Head head = random.request();
        String where = "seed " + seed + ", table " + i + ", " + head;
        Explanation explanation = table.explain(head);
        NaiveReader.Found found = NaiveReader.read(routes, head);
        assertThat(table.route(head)).as(where).isEqualTo(explanation.decision());
        assertThat(chosen(explanation)).as(where).isEqualTo(words(found));
        matched += found == null ? 0 : 1;
        contested += outranked(explanation) ? 1 : 0;
      }
    }
    System.out.println(
        TABLES * REQUESTS + " cases, " + matched + " matched, " + contested + " contested");
    assertThat(matched).isBetween(TABLES * REQUESTS / 4, TABLES * REQUESTS - TABLES);
    assertThat(contested).isGreaterThan(TABLES * REQUESTS / 4);
  }

  private static boolean outranked(Explanation explanation) {
    return explanation.steps().stream()
        .anyMatch(step -> step.outcome() instanceof Outcome.Outranked);
  }

  /** Also says that what is served is the rule that was chosen. */
  private static String chosen(Explanation explanation) {
    List<Step> chosen =
        explanation.steps().stream()
            .filter(step -> step.outcome() instanceof Outcome.Chosen)
            .toList();
    return switch (explanation.decision()) {
      case RouteDecision.NoRoute() -> chosen.isEmpty() ? "nothing" : "a step without a decision";
      case RouteDecision.Matched(RouteRule rule) -> {
        Step step = chosen.getFirst();
        assertThat(chosen).hasSize(1);
        assertThat(rule.origin()).isEqualTo(step.origin());
        assertThat(rule.index()).isEqualTo(step.rule());
        yield step.origin().key() + " " + step.rule() + " " + step.matchIndex();
      }
    };
  }

  private static String words(NaiveReader.@Nullable Found found) {
    return found == null
        ? "nothing"
        : found.route().origin().key() + " " + found.rule() + " " + found.index();
  }
}
