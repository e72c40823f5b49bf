// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.routing.model.Route;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The cost of a decision does not grow with the number of routes. Counted, not timed: what a
 * candidate costs is the questions it asks of the request.
 */
class ScaleTest {
  private static final int ROUTES = 10_000;

  @Test
  void exactPathsCostTheSame() {
    assertThat(questions(table(ROUTES, "exact:/service-%d/items"), "/service-77/items"))
        .isEqualTo(questions(table(1, "exact:/service-77/items"), "/service-77/items"));
  }

  @Test
  void prefixesCostTheSame() {
    assertThat(questions(table(ROUTES, "prefix:/api/service-%d"), "/api/service-77/items/1"))
        .isEqualTo(questions(table(1, "prefix:/api/service-77"), "/api/service-77/items/1"));
  }

  @Test
  void pathsOfOthersCostNothing() {
    assertThat(questions(table(ROUTES, "prefix:/api/service-%d"), "/elsewhere"))
        .isEqualTo(questions(table(1, "prefix:/api/service-77"), "/elsewhere"));
  }

  @Test
  void aMissAsksOnlyThePrefixesOfItsPath() {
    RouteTable table = table(ROUTES, "prefix:/api/service-%d h:version=one");
    Counting head = new Counting(Head.of("/api/service-77/items"));
    assertThat(table.route(head)).isSameAs(RouteDecision.NO_ROUTE);
    assertThat(head.headers).isEqualTo(1);
  }

  private static RouteTable table(int count, String match) {
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      routes.add(Routes.route("default/r" + i, match.formatted(i) + " -> v1"));
    }
    return RouteTable.compile(routes);
  }

  private static int questions(RouteTable table, String request) {
    Counting head = new Counting(Head.of(request));
    table.route(head);
    return head.all;
  }

  private static final class Counting implements RequestHead {
    private final Head head;
    private int all;
    private int headers;

    Counting(Head head) {
      this.head = head;
    }

    @Override
    public String method() {
      all++;
      return head.method();
    }

    @Override
    public String path() {
      all++;
      return head.path();
    }

    @Override
    public @Nullable String query() {
      all++;
      return head.query();
    }

    @Override
    public @Nullable String header(String name) {
      all++;
      headers++;
      return head.header(name);
    }
  }
}
