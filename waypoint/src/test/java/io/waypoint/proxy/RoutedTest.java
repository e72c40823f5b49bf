// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpServerRequest;
import io.waypoint.rbac.PolicySet;
import io.waypoint.routing.RouteTable;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.CrossOrigin;
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

  private static Rule get(String prefix, FilterSpec filter, Backend... backends) {
    var match = new Match(new PathMatch.Prefix(prefix), "GET", List.of(), List.of());
    return new Rule(null, List.of(match), List.of(filter), List.of(backends));
  }

  private String options(String path, String... fields) throws IOException {
    try (var client = new RawClient(rig.http1Port())) {
      client.send(
          "OPTIONS "
              + path
              + " HTTP/1.1\r\nHost: reviews\r\nConnection: close\r\nOrigin: https://a.b\r\n"
              + String.join("", fields)
              + "\r\n");
      return client.rest();
    }
  }

  @Test
  void aRuleForOneMethodAnswersThePreflightsOfThatMethod() throws IOException {
    FilterSpec cors =
        new FilterSpec.Cors(
            new CrossOrigin(
                List.of("https://a.b"),
                List.of("GET"),
                List.of(),
                List.of(),
                false,
                CrossOrigin.DEFAULT_MAX_AGE));
    FilterSpec other = new FilterSpec.UrlRewrite("x", null);
    Endpoint endpoint = rig.backend(RoutedTest::echo);
    route(
        get("/cors", cors, backend(1, List.of(), endpoint)),
        get("/plain", other, backend(1, List.of(), endpoint)));
    assertThat(options("/cors", "Access-Control-Request-Method: GET\r\n"))
        .startsWith("HTTP/1.1 200")
        .contains("access-control-allow-origin: https://a.b", "access-control-allow-methods: GET");
    assertThat(options("/cors", "Access-Control-Request-Method: PUT\r\n"))
        .startsWith("HTTP/1.1 404");
    assertThat(options("/cors")).startsWith("HTTP/1.1 404");
    assertThat(options("/plain", "Access-Control-Request-Method: GET\r\n"))
        .startsWith("HTTP/1.1 404");
  }

  @Test
  void answersOfOurOwnPassTheFiltersOfTheirRule() throws IOException {
    FilterSpec response =
        new FilterSpec.ResponseHeaderModifier(
            new HeaderChange(List.of(field("x-by", "rule")), List.of(), List.of()));
    FilterSpec redirect = new FilterSpec.RequestRedirect(null, "example.org", 0, null, 307);
    route(
        rule("/moved", List.of(redirect, response)),
        rule("/none", List.of(response)),
        rule("/empty", List.of(response), backend(1, List.of())),
        rule("/share", List.of(), backend(1, List.of(redirect), rig.backend(RoutedTest::echo))));
    assertThat(get("/moved/x?y=z"))
        .startsWith("HTTP/1.1 307")
        .contains("location: http://example.org:9080/moved/x?y=z\r\n", "x-by: rule");
    assertThat(get("/none")).startsWith("HTTP/1.1 500").contains("x-by: rule");
    assertThat(get("/empty")).startsWith("HTTP/1.1 503").contains("x-by: rule");
    assertThat(get("/share")).startsWith("HTTP/1.1 307").contains("//example.org:9080/share\r\n");
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
