// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpServerRequest;
import io.waypoint.rbac.PolicySet;
import io.waypoint.routing.RouteTable;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.HeaderChange;
import io.waypoint.routing.model.Match;
import io.waypoint.routing.model.Origin;
import io.waypoint.routing.model.PathMatch;
import io.waypoint.routing.model.Route;
import io.waypoint.routing.model.Rule;
import io.waypoint.routing.model.Target;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Routes and filters, as far as the exchange carries them out. */
class RoutedTest {
  private final ProxyRig rig = new ProxyRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private static Backend backend(int weight, List<FilterSpec> filters, Endpoint... endpoints) {
    return new Backend(
        "reviews-v" + weight,
        "default",
        9080,
        weight,
        new Target.Resolved(ProxyRig.endpoints(endpoints)),
        filters);
  }

  private static Rule rule(String prefix, List<FilterSpec> filters, Backend... backends) {
    var match = new Match(new PathMatch.Prefix(prefix), null, List.of(), List.of());
    return new Rule(null, List.of(match), filters, List.of(backends));
  }

  private void route(Rule... rules) {
    var origin = new Origin("HTTPRoute", "default", "reviews", null);
    rig.publish(
        PolicySet.ALLOW_ALL,
        RouteTable.compile(List.of(new Route(origin, List.of(rules)))),
        ProxyRig.endpoints());
  }

  private static HeaderChange.Field field(String name, String value) {
    return new HeaderChange.Field(name, value);
  }

  private String get(String path, String... fields) throws IOException {
    try (var client = new RawClient(rig.http1Port())) {
      client.send(
          "GET "
              + path
              + " HTTP/1.1\r\nHost: reviews\r\nConnection: close\r\n"
              + String.join("", fields)
              + "\r\n");
      return client.rest();
    }
  }

  private static void echo(HttpServerRequest request) {
    var text = new StringBuilder();
    request.headers().forEach((name, value) -> text.append(name + "=" + value + "\n"));
    request.response().putHeader("x-gone", "1").putHeader("x-old", "1").end(text.toString());
  }

  @Test
  void splitsByWeight() throws IOException {
    Endpoint v1 = rig.backend(request -> request.response().end("v1"));
    Endpoint v2 = rig.backend(request -> request.response().end("v2"));
    route(rule("/", List.of(), backend(90, List.of(), v1), backend(10, List.of(), v2)));
    int second = 0;
    for (int i = 0; i < 200; i++) {
      second += get("/").endsWith("v2") ? 1 : 0;
    }
    assertThat(second).isBetween(8, 34);
  }

  @Test
  void changesHeadersInBothDirectionsOfTheChosenRule() throws IOException {
    FilterSpec request =
        new FilterSpec.RequestHeaderModifier(
            new HeaderChange(
                List.of(field("x-set", "new"), field("host", "other.example")),
                List.of(field("x-add", "2")),
                List.of("x-remove")));
    FilterSpec ofBackend =
        new FilterSpec.RequestHeaderModifier(
            new HeaderChange(List.of(field("x-backend", "yes")), List.of(), List.of()));
    FilterSpec response =
        new FilterSpec.ResponseHeaderModifier(
            new HeaderChange(
                List.of(field("x-old", "2")), List.of(field("x-more", "3")), List.of("x-gone")));
    route(
        rule(
            "/",
            List.of(request, response),
            backend(1, List.of(ofBackend), rig.backend(RoutedTest::echo))));
    for (int i = 0; i < 2; i++) {
      String seen = get("/", "X-Set: old\r\n", "X-Add: 1\r\n", "X-Remove: 1\r\n");
      assertThat(seen)
          .contains("x-set=new\n", "X-Add=1\n", "x-add=2\n", "x-backend=yes\n")
          .contains("host=other.example\n", "x-old: 2", "x-more: 3")
          .doesNotContainIgnoringCase("x-remove")
          .doesNotContain("x-gone", "x-old: 1", "X-Set=old");
    }
  }

  @Test
  void aBackendThatDoesNotExistAnswers500ForItsShare() throws IOException {
    route(rule("/", List.of(), Backend.broken("none", "default", 1, "no such service")));
    assertThat(get("/")).startsWith("HTTP/1.1 500").doesNotContain("no such service");
  }

  @Test
  void noRouteForGrpcIsUnimplemented() throws Exception {
    route(rule("/only", List.of(), Backend.broken("none", "default", 1, "-")));
    try (var client = new RawHttp2(rig.http2Port())) {
      assertThat(client.get("/x", "content-type", "application/grpc").headers().get("grpc-status"))
          .hasToString("12");
      assertThat(client.get("/x").headers().status()).hasToString("404");
    }
  }

  @Test
  void anotherWorldMeansOtherFilters() throws IOException {
    Endpoint endpoint = rig.backend(RoutedTest::echo);
    for (String value : List.of("first", "second")) {
      FilterSpec filter =
          new FilterSpec.RequestHeaderModifier(
              new HeaderChange(List.of(field("x-world", value)), List.of(), List.of()));
      route(rule("/", List.of(filter), backend(1, List.of(), endpoint)));
      assertThat(get("/")).contains("x-world=" + value);
    }
  }
}
