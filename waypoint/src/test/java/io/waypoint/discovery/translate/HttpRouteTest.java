// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static io.waypoint.discovery.translate.Yaml.MESH;
import static io.waypoint.discovery.translate.Yaml.found;
import static io.waypoint.discovery.translate.Yaml.pod;
import static io.waypoint.discovery.translate.Yaml.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.routing.BackendChoice;
import io.waypoint.routing.CallerRoutes;
import io.waypoint.routing.RequestHead;
import io.waypoint.routing.RouteDecision;
import io.waypoint.routing.RouteTable;
import io.waypoint.routing.model.Retry;
import io.waypoint.routing.model.Rule;
import io.waypoint.routing.model.SessionPersistence;
import io.waypoint.routing.model.Timeouts;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an HTTPRoute means, and what of it is refused, broken or only remarked on. */
class HttpRouteTest {
  private static final String SERVICES =
      String.join(
          "---\n",
          MESH,
          service("shop"),
          service("cart"),
          pod("shop", "10.1.0.7"),
          pod("cart", "10.1.0.8"));

  @Test
  void aRouteSendsToItsBackends() {
    assertThat(answer("- backendRefs: [{name: cart, port: 80}]", "GET", "/")).isEqualTo("cart");
    assertThat(problems("- backendRefs: [{name: cart, port: 80}]")).isEmpty();
  }

  @Test
  void matchesOfEveryKindAreRead() {
    String rules =
        """
        - matches:
          - path: {type: Exact, value: /a}
            method: POST
            headers: [{name: X-Who, value: me}]
            queryParams: [{name: q, type: RegularExpression, value: "[0-9]+"}]
          backendRefs: [{name: cart, port: 80}]
        """;
    assertThat(problems(rules)).isEmpty();
    assertThat(answer(rules, new Head("POST", "/a", "q=12", Map.of("x-who", "me"))))
        .isEqualTo("cart");
    assertThat(answer(rules, new Head("POST", "/a", "q=x", Map.of("x-who", "me"))))
        .isEqualTo("404");
    assertThat(answer(rules, new Head("GET", "/a", "q=12", Map.of("x-who", "me"))))
        .isEqualTo("404");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          - backendRefs: [{name: nobody, port: 80}] | warning WP2007 backend default/nobody does not exist; requests to rule 0 will answer 500
          - backendRefs: [{name: cart, port: 81}] | warning WP2007 backend default/cart has no port 81; requests to rule 0 will answer 500
          - backendRefs: [{name: x, kind: Bucket, group: s3.io}] | warning WP2008 backend Bucket default/x is not a Service; requests to rule 0 will answer 500
          - matches: [{path: {value: /}}] | warning WP2009 rule 0 has no backendRefs: its requests are answered 500
          - backendRefs: [{name: cart, port: 80, weight: 0}] | warning WP2009 all weights of rule 0 are 0: its requests are answered 500
          - {filters: [{type: ExtensionRef, extensionRef: {group: x.io, kind: Limit, name: a}}], backendRefs: [{name: cart, port: 80}]} | warning WP3002 there is no extension Limit a of group "x.io": the rule answers 500
          - {filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: "/a b"}}}], backendRefs: [{name: cart, port: 80}]} | warning WP3002 path value "/a b" is not an absolute path of URI characters: the rule answers 500
          - backendRefs: [{name: cart, port: 80, filters: [{type: ExtensionRef, extensionRef: {group: x.io, kind: Limit, name: a}}]}] | warning WP3002 there is no extension Limit a of group "x.io": this backend's share is answered 500
          """)
  void whatCannotBeServedAnswers500AndIsSaid(String rules, String problem) {
    assertThat(problems(rules)).containsExactly(problem);
    assertThat(answer(rules, "GET", "/")).isEqualTo("500");
  }

  @Test
  void aBackendOfWeightZeroIsNotEvenLookedUp() {
    String rules = "- backendRefs: [{name: cart, port: 80}, {name: nobody, port: 80, weight: 0}]";
    assertThat(problems(rules)).isEmpty();
    assertThat(answer(rules, "GET", "/")).isEqualTo("cart");
  }

  @Test
  void aBrokenBackendKeepsItsShare() {
    String rules =
        "- backendRefs: [{name: cart, port: 80, weight: 70}, {name: nobody, port: 80, weight: 30}]";
    RouteTable table = table(rules);
    var random = new Random(5);
    int failed = 0;
    for (int i = 0; i < 1000; i++) {
      failed += answer(table, new Head("GET", "/", null, Map.of()), random).equals("500") ? 1 : 0;
    }
    assertThat(failed).isBetween(250, 350);
  }

  @Test
  void aMatchThatCannotBeHadMatchesNothingAndTheRestOfTheRouteServes() {
    String rules =
        """
        - matches: [{path: {type: RegularExpression, value: "(("}}]
          backendRefs: [{name: shop, port: 80}]
        - matches: [{path: {value: /ok}}]
          backendRefs: [{name: cart, port: 80}]
        """;
    assertThat(problems(rules)).hasSize(2).allMatch(p -> p.startsWith("warning WP3002"));
    assertThat(answer(rules, "GET", "/ok")).isEqualTo("cart");
    assertThat(answer(rules, "GET", "/other")).isEqualTo("404");
    String alone = rules.substring(0, rules.indexOf("- matches: [{path: {value: /ok"));
    assertThat(answer(alone, "GET", "/")).isEqualTo("404");
  }

  @Test
  void timeoutsRetriesAndSessionsReachTheRule() {
    String rules =
        """
        - timeouts: {request: 10s, backendRequest: 1s500ms}
          retry: {codes: [500, 503], attempts: 3, backoff: 100ms}
          sessionPersistence: {cookie: {name: session, lifetimeType: Permanent}, absoluteTimeout: 1h}
          backendRefs: [{name: cart, port: 80}]
        - timeouts: {request: 0s}
          retry: {}
          sessionPersistence: {type: Header, sessionName: x-session}
          backendRefs: [{name: cart, port: 80}]
        """;
    assertThat(problems(rules)).isEmpty();
    Rule first = table(rules).rules().getFirst().rule();
    assertThat(first.timeouts())
        .isEqualTo(new Timeouts(Duration.ofSeconds(10), Duration.ofMillis(1500)));
    assertThat(first.retry()).isEqualTo(new Retry(Set.of(500, 503), 3, Duration.ofMillis(100)));
    assertThat(first.persistence())
        .isEqualTo(
            new SessionPersistence(
                SessionPersistence.Type.COOKIE, "session", Duration.ofHours(1), true, null, false));
    Rule second = table(rules).rules().getLast().rule();
    assertThat(second.timeouts()).isEqualTo(new Timeouts(Duration.ZERO, null));
    assertThat(second.retry()).isEqualTo(new Retry(Set.of(), 2, null));
    assertThat(second.persistence())
        .isEqualTo(
            new SessionPersistence(
                SessionPersistence.Type.HEADER, "x-session", null, false, null, false));
  }

  @Test
  void aSessionIsStrictWhereTheRouteSaysSo() {
    String rules = "- {sessionPersistence: {}, backendRefs: [{name: cart, port: 80}]}";
    String strict =
        route("x", "", rules)
            .replace(
                "{name: x}", "{name: x, annotations: {waypoint.dev/session-persistence: strict}}");
    RouteTable table = found(Yaml.of(SERVICES, strict).world(), "shop", 80).routes().producer();
    assertThat(table).isNotNull();
    assertThat(table == null ? null : table.rules().getFirst().rule().persistence())
        .isEqualTo(
            new SessionPersistence(SessionPersistence.Type.COOKIE, null, null, false, null, true));
  }

  @Test
  void hostnamesAreReadIgnoredAndRemarkedOn() {
    String route =
        route("x", "hostnames: [shop.example]", "- backendRefs: [{name: cart, port: 80}]");
    assertThat(Yaml.words(Yaml.of(SERVICES, route)))
        .containsExactly(
            "warning WP2003 hostnames have no effect on a route whose parent is a Service");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {kind: Service, group: "", name: shop} | yes |
          {kind: Service, group: "", name: shop, port: 80} | yes |
          {kind: Service, group: "", name: shop, sectionName: http} | yes |
          {kind: Service, group: "", name: shop, port: 81} | no | warning WP2004 Service default/shop has no port 81: the route has no effect there
          {kind: Service, group: "", name: shop, sectionName: x} | no | warning WP2004 Service default/shop has no port "x": the route has no effect there
          {kind: Service, group: "", name: nobody} | no | warning WP2004 Service default/nobody does not exist: the route has no effect there
          {kind: Service, name: shop} | no | warning WP2004 kind Service is of group "", not gateway.networking.k8s.io: the route attaches nowhere
          {name: waypoint} | no | warning WP3001 a route attaches to a waypoint through its Services, not through Gateway
          {kind: Service, group: "", name: shop, port: 80, sectionName: x} | no | warning WP2004 Service default/shop has no port 80: the route has no effect there
          """)
  void parentsDecideWhereARouteAttaches(String parent, String attaches, @Nullable String problem) {
    String route =
        route("x", "", "- backendRefs: [{name: cart, port: 80}]")
            .replace("{group: \"\", kind: Service, name: shop}", parent);
    Translation translation = Yaml.of(SERVICES, route);
    assertThat(found(translation.world(), "shop", 80).routes().producer() != null)
        .isEqualTo(attaches.equals("yes"));
    assertThat(Yaml.words(translation)).isEqualTo(problem == null ? List.of() : List.of(problem));
  }

  @Test
  void aRouteOfAnotherNamespaceIsForItsOwnCallersAlone() {
    String route =
        route("x", "", "- backendRefs: [{name: cart, namespace: default, port: 80}]")
            .replace("name: shop}", "name: shop, namespace: default}")
            .replace("{name: x}", "{name: x, namespace: consumer}");
    Translation translation = Yaml.of(SERVICES, route);
    CallerRoutes routes = found(translation.world(), "shop", 80).routes();
    assertThat(Yaml.words(translation)).isEmpty();
    assertThat(routes.of("default")).isNull();
    assertThat(routes.of("other")).isNull();
    RouteTable own = routes.of("consumer");
    assertThat(own).isNotNull();
    if (own != null) {
      assertThat(answer(own, new Head("GET", "/", null, Map.of()), new Random(1)))
          .isEqualTo("cart");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          - matches: [{path: {pathPrefx: /v1}}] | 7:22 UNKNOWN_FIELD
          - matches: [{path: {value: v1}}] | 7:29 BAD_VALUE
          - matches: [{path: {value: /a//b}}] | 7:29 BAD_VALUE
          - matches: [{path: {value: /a%2fb}}] | 7:29 BAD_VALUE
          - matches: [{path: {type: Glob, value: /a}}] | 7:28 BAD_VALUE
          - matches: [{method: get}] | 7:23 BAD_VALUE
          - matches: [{headers: [{name: "a b", value: x}]}] | 7:25 BAD_VALUE
          - matches: [{headers: [{name: ":authority", value: x}]}] | 7:25 BAD_VALUE
          - matches: [{headers: [{name: a, value: ""}]}] | 7:42 MISSING_FIELD
          - backendRefs: [{name: cart}] | 7:18 MISSING_FIELD
          - backendRefs: [{name: cart, port: 80, weight: 1000001}] | 7:49 LIMIT
          - backendRefs: [{name: cart, port: 80, weight: -1}] | 7:49 LIMIT
          - backendRefs: [{name: cart, port: "80"}] | 7:37 WRONG_TYPE
          - {name: Rule_1, backendRefs: [{name: cart, port: 80}]} | 7:11 BAD_VALUE
          - {filters: [{type: RequestRedirect, requestRedirect: {}}], backendRefs: [{name: cart, port: 80}]} | 7:4 CONTRADICTION
          - {filters: [{type: RequestHeaderModifier}], backendRefs: [{name: cart, port: 80}]} | 7:15 CONTRADICTION
          - {filters: [{type: RequestHeaderModifier, cors: {}}], backendRefs: [{name: cart, port: 80}]} | 7:15 CONTRADICTION
          - {filters: [{type: RequestHeaderModifer, cors: {}}], backendRefs: [{name: cart, port: 80}]} | 7:22 BAD_VALUE
          """)
  void whatAnApiServerRefusesIsRefusedWithItsPosition(String rules, String error) {
    assertThat(errors(rules)).containsExactly(error);
  }

  @ParameterizedTest
  @CsvSource({
    "rules,16",
    "matches,64",
    "backendRefs,16",
    "headers,16",
    "queryParams,16",
    "filters,16"
  })
  void listsHaveTheLimitsOfTheApi(String list, int most) {
    assertThat(Yaml.errors(Yaml.of(SERVICES, many(list, most)))).isEmpty();
    assertThat(Yaml.errors(Yaml.of(SERVICES, many(list, most + 1))))
        .isNotEmpty()
        .allMatch(e -> e.endsWith("LIMIT"));
  }

  @Test
  void matchesOverAllRulesAreLimitedToo() {
    String rule =
        "- matches: ["
            + "{path: {value: /x}},".repeat(43)
            + "]\n  backendRefs: [{name: cart, port: 80}]\n";
    assertThat(errors(rule.repeat(2))).isEmpty();
    assertThat(errors(rule.repeat(3))).containsExactly("7:2 LIMIT");
  }

  @Test
  void hostnamesAndParentsAreLimited() {
    String hostnames = "hostnames: [" + "a,".repeat(17) + "]";
    assertThat(Yaml.errors(Yaml.of(SERVICES, route("x", hostnames, "")))).hasSize(1);
    String parents =
        IntStream.range(0, 33)
            .mapToObj("{group: \"\", kind: Service, name: shop%d},"::formatted)
            .collect(Collectors.joining());
    String route = route("x", "", "").replace("{group: \"\", kind: Service, name: shop}", parents);
    assertThat(Yaml.errors(Yaml.of(SERVICES, route))).hasSize(1);
  }

  @Test
  void headerFiltersReachTheRule() {
    String rules =
        """
        - filters:
          - type: RequestHeaderModifier
            requestHeaderModifier: {set: [{name: X-A, value: b}], remove: [x-c]}
          backendRefs: [{name: cart, port: 80}]
        """;
    assertThat(problems(rules)).isEmpty();
    assertThat(table(rules).rules().getFirst().rule().filters()).hasSize(1);
  }

  @Test
  void aHeaderThatNoFilterMayChangeBreaksTheRuleOnly() {
    String rules =
        """
        - filters:
          - type: RequestHeaderModifier
            requestHeaderModifier: {set: [{name: Transfer-Encoding, value: chunked}]}
          backendRefs: [{name: cart, port: 80}]
        """;
    assertThat(errors(rules)).isEmpty();
    assertThat(answer(rules, "GET", "/")).isEqualTo("500");
  }

  @Test
  void twoRoutesShareAPortAndTheOlderOneWins() {
    String rules = "- backendRefs: [{name: %s, port: 80}]";
    String young =
        route("a", "", rules.formatted("shop"))
            .replace("{name: a}", "{name: a, creationTimestamp: 2026-02-01T00:00:00Z}");
    String old =
        route("b", "", rules.formatted("cart"))
            .replace("{name: b}", "{name: b, creationTimestamp: 2026-01-01T00:00:00Z}");
    RouteTable table = found(Yaml.of(SERVICES, young, old).world(), "shop", 80).routes().producer();
    assertThat(table).isNotNull();
    if (table != null) {
      assertThat(answer(table, new Head("GET", "/", null, Map.of()), new Random(1)))
          .isEqualTo("cart");
    }
  }

  private static String many(String list, int count) {
    String backend = "backendRefs: [{name: cart, port: 80}]";
    String rules =
        switch (list) {
          case "rules" -> ("- " + backend + "\n").repeat(count);
          case "matches" ->
              "- matches: [" + "{path: {value: /x}},".repeat(count) + "]\n  " + backend;
          case "backendRefs" -> "- backendRefs: [" + "{name: cart, port: 80},".repeat(count) + "]";
          case "filters" ->
              "- filters: ["
                  + "{type: RequestMirror, requestMirror: {backendRef: {name: cart, port: 80}}},"
                      .repeat(count)
                  + "]\n  "
                  + backend;
          default ->
              "- matches: [{"
                  + list
                  + ": ["
                  + "{name: a, value: b},".repeat(count)
                  + "]}]\n  "
                  + backend;
        };
    return route("x", "", rules);
  }

  static String route(String name, String spec, String rules) {
    return "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: "
        + name
        + "}\nspec:\n parentRefs: [{group: \"\", kind: Service, name: shop}]\n"
        + (spec.isEmpty() ? "" : " " + spec + "\n")
        + " rules:\n"
        + rules.indent(1);
  }

  private static List<String> problems(String rules) {
    return Yaml.words(Yaml.of(SERVICES, route("x", "", rules)));
  }

  private static List<String> errors(String rules) {
    return Yaml.errors(Yaml.of(SERVICES, route("x", "", rules)));
  }

  private static RouteTable table(String rules) {
    RouteTable table =
        found(Yaml.of(SERVICES, route("x", "", rules)).world(), "shop", 80).routes().producer();
    if (table == null) {
      throw new AssertionError("no route attached");
    }
    return table;
  }

  private static String answer(String rules, String method, String path) {
    return answer(rules, new Head(method, path, null, Map.of()));
  }

  private static String answer(String rules, Head head) {
    return answer(table(rules), head, new Random(1));
  }

  private static String answer(RouteTable table, Head head, Random random) {
    return switch (table.route(head)) {
      case RouteDecision.NoRoute _ -> "404";
      case RouteDecision.Matched matched ->
          switch (matched.rule().pick(random)) {
            case BackendChoice.Forward forward -> forward.backend().name();
            case BackendChoice.Fail fail -> String.valueOf(fail.status());
          };
    };
  }

  private record Head(
      String method, String path, @Nullable String query, Map<String, String> headers)
      implements RequestHead {
    @Override
    public @Nullable String header(String name) {
      return headers.get(name.toLowerCase(Locale.ROOT));
    }
  }
}
