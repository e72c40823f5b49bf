// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.routing.Explanation.Outcome;
import io.waypoint.routing.Explanation.Step;
import io.waypoint.routing.model.Route;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** For random routes and requests, the table, its explanation and a naive reader agree. */
class RouteTablePropertyTest {
  private static final int REQUESTS = 100;
  private static final int PARTS = 20;
  private static final int HTTP_PAIRS = 700_000;
  private static final int CALL_PAIRS = 300_000;

  /** How many pairs were looked at, and in how many the specification had something to decide. */
  private record Count(int pairs, int matched, int contested) {
    Count and(Count other) {
      return new Count(pairs + other.pairs, matched + other.matched, contested + other.contested);
    }
  }

  @Test
  void agreesWithANaiveReaderOfTheSpecification() {
    Count count = compare(HTTP_PAIRS, RandomRoutes::routes, RandomRoutes::request);
    assertThat(count.matched).isBetween(HTTP_PAIRS / 4, HTTP_PAIRS - HTTP_PAIRS / REQUESTS);
    assertThat(count.contested).isGreaterThan(HTTP_PAIRS / 8);
  }

  @Test
  void agreesOnGrpcCallsToo() {
    Count count = compare(CALL_PAIRS, RandomRoutes::callRoutes, RandomRoutes::call);
    assertThat(count.matched).isBetween(CALL_PAIRS / 4, CALL_PAIRS - CALL_PAIRS / REQUESTS);
    assertThat(count.contested).isGreaterThan(CALL_PAIRS / 8);
  }

  /** Both cores work, each part from a seed of its own. */
  private static Count compare(
      int pairs, Function<RandomRoutes, List<Route>> routes, Function<RandomRoutes, Head> request) {
    long seed = Long.getLong("routing.seed", new SplittableRandom().nextLong());
    System.out.println("seed: -Drouting.seed=" + seed);
    int tables = pairs / REQUESTS / PARTS;
    long began = System.nanoTime();
    Count count =
        IntStream.range(0, PARTS)
            .parallel()
            .mapToObj(part -> part(seed + part, tables, routes, request))
            .reduce(new Count(0, 0, 0), Count::and);
    System.out.println(count + " in " + Duration.ofNanos(System.nanoTime() - began));
    assertThat(count.pairs).isEqualTo(pairs);
    return count;
  }

  private static Count part(
      long seed,
      int tables,
      Function<RandomRoutes, List<Route>> routesOf,
      Function<RandomRoutes, Head> requestOf) {
    RandomRoutes random = new RandomRoutes(new SplittableRandom(seed));
    Count count = new Count(0, 0, 0);
    for (int i = 0; i < tables; i++) {
      List<Route> routes = routesOf.apply(random);
      RouteTable table = RouteTable.compile(routes);
      int matched = 0;
      int contested = 0;
      for (int j = 0; j < REQUESTS; j++) {
        Head head = requestOf.apply(random);
        Explanation explanation = table.explain(head);
        NaiveReader.Found found = NaiveReader.read(routes, head);
        boolean same =
            table.route(head).equals(explanation.decision()) && isNamed(explanation, found);
        if (!same) {
          throw new AssertionError(
              "seed %d, table %d, %s: found %s, explained %s"
                  .formatted(seed, i, head, found, explanation));
        }
        matched += found == null ? 0 : 1;
        contested += outranked(explanation) ? 1 : 0;
      }
      count = count.and(new Count(REQUESTS, matched, contested));
    }
    return count;
  }

  private static boolean outranked(Explanation explanation) {
    return explanation.steps().stream()
        .anyMatch(step -> step.outcome() instanceof Outcome.Outranked);
  }

  /** Whether exactly the match that the reader found is the chosen one, and its rule serves. */
  private static boolean isNamed(Explanation explanation, NaiveReader.@Nullable Found found) {
    Step chosen = null;
    for (Step step : explanation.steps()) {
      if (step.outcome() instanceof Outcome.Chosen) {
        if (chosen != null) {
          return false;
        }
        chosen = step;
      }
    }
    if (!(explanation.decision() instanceof RouteDecision.Matched(RouteRule rule))) {
      return chosen == null && found == null;
    }
    return chosen != null
        && found != null
        && rule.origin().equals(chosen.origin())
        && rule.index() == chosen.rule()
        && chosen.origin().equals(found.route().origin())
        && chosen.rule() == found.rule()
        && chosen.matchIndex() == found.index();
  }
}
