// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static io.waypoint.discovery.translate.Yaml.MESH;
import static io.waypoint.discovery.translate.Yaml.pod;
import static io.waypoint.discovery.translate.Yaml.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.config.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the API's own resource definitions refuse, one row a rule: the limits, and what is written
 * as CEL. Each row has something that passes and something that does not, and names the field.
 */
class RouteLimitsTest {
  private static final String SERVICES =
      String.join("---\n", MESH, service("shop"), service("cart"), pod("cart", "10.1.0.8"));
  private static final String BACKEND = "backendRefs: [{name: cart, port: 80}]";
  private static final String LONG = "x".repeat(1025);

  private static Arguments rule(String what, String good, String bad, String path) {
    return Arguments.of(
        "HTTPRoute", what, "rules: [{" + good + "}]", "rules: [{" + bad + "}]", path);
  }

  private static Arguments spec(String what, String good, String bad, String path) {
    return Arguments.of("HTTPRoute", what, good, bad, path);
  }

  private static Arguments grpc(String what, String good, String bad, String path) {
    return Arguments.of(
        "GRPCRoute", what, "rules: [{" + good + "}]", "rules: [{" + bad + "}]", path);
  }

  private static String times(int count, String item) {
    return "[" + (item + ",").repeat(count) + "]";
  }

  private static String header(String name, String value) {
    return "matches: [{headers: [{name: '" + name + "', value: '" + value + "'}]}]";
  }

  private static String query(String name, String value) {
    return "matches: [{queryParams: [{name: '" + name + "', value: '" + value + "'}]}]";
  }

  private static String path(String type, String value) {
    return "matches: [{path: {type: " + type + ", value: '" + value + "'}}]";
  }

  private static Arguments paths(String bad) {
    return rule(
        "path " + bad,
        path("Exact", "/a"),
        path("Exact", bad),
        "spec.rules[0].matches[0].path.value");
  }

  static List<Arguments> http() {
    String matches = "spec.rules[0].matches[0]";
    String backend = "spec.rules[0].backendRefs[0]";
    return List.of(
        spec(
            "hostnames",
            "hostnames: " + times(16, "a.b"),
            "hostnames: " + times(17, "a.b"),
            "spec.hostnames[16]"),
        spec(
            "hostname syntax", "hostnames: ['*.a.b']", "hostnames: ['a.*.b']", "spec.hostnames[0]"),
        spec("hostname port", "hostnames: [a.b]", "hostnames: ['a.b:80']", "spec.hostnames[0]"),
        spec(
            "hostname length",
            "hostnames: [" + "a.".repeat(126) + "a]",
            "hostnames: [" + "a.".repeat(127) + "a]",
            "spec.hostnames[0]"),
        spec(
            "rules",
            "rules: " + times(16, "{" + BACKEND + "}"),
            "rules: " + times(17, "{" + BACKEND + "}"),
            "spec.rules[16]"),
        rule(
            "matches",
            "matches: " + times(64, "{method: GET}"),
            "matches: " + times(65, "{method: GET}"),
            "spec.rules[0].matches[64]"),
        spec(
            "matches over all",
            "rules: " + times(2, "{matches: " + times(64, "{method: GET}") + "}"),
            "rules: " + times(3, "{matches: " + times(43, "{method: GET}") + "}"),
            "spec.rules"),
        rule(
            "header matches",
            "matches: [{headers: " + times(16, "{name: a, value: b}") + "}]",
            "matches: [{headers: " + times(17, "{name: a, value: b}") + "}]",
            matches + ".headers[16]"),
        rule(
            "query matches",
            "matches: [{queryParams: " + times(16, "{name: a, value: b}") + "}]",
            "matches: [{queryParams: " + times(17, "{name: a, value: b}") + "}]",
            matches + ".queryParams[16]"),
        rule(
            "header value",
            header("a", "x".repeat(4096)),
            header("a", "x".repeat(4097)),
            matches + ".headers[0]"),
        rule(
            "header value empty", header("a", "x"), header("a", ""), matches + ".headers[0].value"),
        rule("header name", header("X-a", "b"), header("x a", "b"), matches + ".headers[0]"),
        rule(
            "pseudo header",
            header("host", "b"),
            header(":authority", "b"),
            matches + ".headers[0]"),
        rule(
            "header name length",
            header("x".repeat(256), "b"),
            header("x".repeat(257), "b"),
            matches + ".headers[0]"),
        rule(
            "header match type",
            "matches: [{headers: [{type: Exact, name: a, value: b}]}]",
            "matches: [{headers: [{type: Prefix, name: a, value: b}]}]",
            matches + ".headers[0].type"),
        rule(
            "query value",
            query("a", "x".repeat(1024)),
            query("a", LONG),
            matches + ".queryParams[0]"),
        rule(
            "query value empty",
            query("a", "x"),
            query("a", ""),
            matches + ".queryParams[0].value"),
        rule("query name", query("a", "b"), query("a b", "b"), matches + ".queryParams[0]"),
        rule(
            "method",
            "matches: [{method: PATCH}]",
            "matches: [{method: get}]",
            matches + ".method"),
        rule("path type", path("PathPrefix", "/"), path("Glob", "/"), matches + ".path.type"),
        rule(
            "path length",
            path("Exact", "/" + "x".repeat(1023)),
            path("Exact", "/" + LONG.substring(1)),
            matches + ".path.value"),
        rule(
            "pattern length",
            path("RegularExpression", "x".repeat(1024)),
            path("RegularExpression", LONG),
            matches + ".path.value"),
        paths("a"),
        paths("/a//b"),
        paths("/a/./b"),
        paths("/a/../b"),
        paths("/a%2fb"),
        paths("/a%2Fb"),
        paths("/a#b"),
        paths("/a/.."),
        paths("/a/."),
        paths("/a b"),
        paths("/ä"),
        rule(
            "backendRefs",
            "backendRefs: " + times(16, "{name: cart, port: 80}"),
            "backendRefs: " + times(17, "{name: cart, port: 80}"),
            "spec.rules[0].backendRefs[16]"),
        rule(
            "weight",
            "backendRefs: [{name: cart, port: 80, weight: 1000000}]",
            "backendRefs: [{name: cart, port: 80, weight: 1000001}]",
            backend + ".weight"),
        rule(
            "weight below 0",
            "backendRefs: [{name: cart, port: 80, weight: 0}]",
            "backendRefs: [{name: cart, port: 80, weight: -1}]",
            backend + ".weight"),
        rule("port of a Service", BACKEND, "backendRefs: [{name: cart}]", backend + ".port"),
        rule("port range", BACKEND, "backendRefs: [{name: cart, port: 65536}]", backend + ".port"),
        rule("port 0", BACKEND, "backendRefs: [{name: cart, port: 0}]", backend + ".port"),
        rule("backend name", BACKEND, "backendRefs: [{port: 80}]", backend + ".name"),
        rule(
            "backend filters",
            "backendRefs: [{name: cart, port: 80, filters: "
                + times(
                    16,
                    "{type: RequestMirror, requestMirror: {backendRef: {name: cart, port: 80}}}")
                + "}]",
            "backendRefs: [{name: cart, port: 80, filters: "
                + times(
                    17,
                    "{type: RequestMirror, requestMirror: {backendRef: {name: cart, port: 80}}}")
                + "}]",
            backend + ".filters[16]"),
        rule("name", "name: a.b-1, " + BACKEND, "name: A_b, " + BACKEND, "spec.rules[0].name"),
        rule(
            "name length",
            "name: " + "a".repeat(253),
            "name: " + "a".repeat(254),
            "spec.rules[0].name"),
        spec(
            "names are unique",
            "rules: [{name: a}, {name: b}]",
            "rules: [{name: a}, {name: a}]",
            "spec.rules[1].name"),
        rule(
            "request timeout",
            "timeouts: {request: 10s30m1h}",
            "timeouts: {request: 1.5h}",
            "spec.rules[0].timeouts.request"),
        rule(
            "timeout without unit",
            "timeouts: {request: 0s}",
            "timeouts: {request: '1'}",
            "spec.rules[0].timeouts.request"),
        rule(
            "timeout of days",
            "timeouts: {request: 99999h}",
            "timeouts: {request: 1d}",
            "spec.rules[0].timeouts.request"),
        rule(
            "timeout below 0",
            "timeouts: {request: 1ms}",
            "timeouts: {request: -15m}",
            "spec.rules[0].timeouts.request"),
        rule(
            "timeout of five parts",
            "timeouts: {backendRequest: 1h1m1s1ms}",
            "timeouts: {backendRequest: 1h1m1s1ms1ms}",
            "spec.rules[0].timeouts.backendRequest"),
        rule(
            "empty timeout",
            "timeouts: {}",
            "timeouts: {request: ''}",
            "spec.rules[0].timeouts.request"),
        rule(
            "backendRequest within request",
            "timeouts: {request: 1s, backendRequest: 1s}",
            "timeouts: {request: 1s, backendRequest: 2s}",
            "spec.rules[0].timeouts.backendRequest"),
        rule(
            "request 0s switches it off",
            "timeouts: {request: 0s, backendRequest: 2s}",
            "timeouts: {request: 1ms, backendRequest: 2s}",
            "spec.rules[0].timeouts.backendRequest"),
        rule(
            "retry codes",
            "retry: {codes: [400, 599]}",
            "retry: {codes: [399]}",
            "spec.rules[0].retry.codes[0]"),
        rule(
            "retry codes above",
            "retry: {codes: [400]}",
            "retry: {codes: [500, 600]}",
            "spec.rules[0].retry.codes[1]"),
        rule(
            "retry attempts",
            "retry: {attempts: 1}",
            "retry: {attempts: 0}",
            "spec.rules[0].retry.attempts"),
        rule(
            "retry backoff",
            "retry: {backoff: 100ms}",
            "retry: {backoff: 100}",
            "spec.rules[0].retry.backoff"),
        rule(
            "session type",
            "sessionPersistence: {type: Cookie}",
            "sessionPersistence: {type: Ip}",
            "spec.rules[0].sessionPersistence.type"),
        rule(
            "header session has a name",
            "sessionPersistence: {type: Header, header: {name: x-s}}",
            "sessionPersistence: {type: Header}",
            "spec.rules[0].sessionPersistence.header.name"),
        rule(
            "permanent cookie",
            "sessionPersistence: {cookie: {lifetimeType: Permanent}, absoluteTimeout: 1h}",
            "sessionPersistence: {cookie: {lifetimeType: Permanent}}",
            "spec.rules[0].sessionPersistence.cookie.lifetimeType"),
        rule(
            "cookie of a header session",
            "sessionPersistence: {type: Cookie, cookie: {name: s}}",
            "sessionPersistence: {type: Header, header: {name: s}, cookie: {name: s}}",
            "spec.rules[0].sessionPersistence"),
        rule(
            "session name length",
            "sessionPersistence: {sessionName: " + "s".repeat(128) + "}",
            "sessionPersistence: {sessionName: " + "s".repeat(129) + "}",
            "spec.rules[0].sessionPersistence.sessionName"),
        rule(
            "session timeout",
            "sessionPersistence: {absoluteTimeout: 1h}",
            "sessionPersistence: {absoluteTimeout: forever}",
            "spec.rules[0].sessionPersistence.absoluteTimeout"),
        rule("unknown field of a rule", BACKEND, "backends: []", "spec.rules[0].backends"));
  }

  static List<Arguments> grpc() {
    String match = "spec.rules[0].matches[0]";
    return List.of(
        grpc(
            "matches",
            "matches: " + times(64, "{method: {method: A}}"),
            "matches: " + times(65, "{method: {method: A}}"),
            "spec.rules[0].matches[64]"),
        grpc(
            "method needs one of two",
            "matches: [{method: {service: a.B}}]",
            "matches: [{method: {type: Exact}}]",
            match + ".method"),
        grpc(
            "type",
            "matches: [{method: {type: RegularExpression, method: 'A.*'}}]",
            "matches: [{method: {type: Prefix, method: A}}]",
            match + ".method.type"),
        grpc(
            "service syntax",
            "matches: [{method: {service: .a_1.B}}]",
            "matches: [{method: {service: a/b}}]",
            match + ".method"),
        grpc(
            "method syntax",
            "matches: [{method: {method: A_1}}]",
            "matches: [{method: {method: a.b}}]",
            match + ".method"),
        grpc(
            "service length",
            "matches: [{method: {service: " + LONG.substring(1) + "}}]",
            "matches: [{method: {service: " + LONG + "}}]",
            match + ".method"),
        grpc(
            "headers",
            "matches: [{headers: [{name: a, value: b}, {name: c, value: d}]}]",
            "matches: [{headers: [{name: a, value: b}, {name: a, value: d}]}]",
            match + ".headers[1]"),
        grpc("no paths", "matches: [{}]", "matches: [{path: {value: /}}]", match + ".path"),
        grpc(
            "no rewrites",
            "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {}}]",
            "filters: [{type: URLRewrite, urlRewrite: {}}]",
            "spec.rules[0].filters[0].type"),
        grpc(
            "no rewrites at a backend",
            BACKEND,
            "backendRefs: [{name: cart, port: 80, filters: [{type: CORS, cors: {}}]}]",
            "spec.rules[0].backendRefs[0].filters[0].type"),
        grpc(
            "no timeouts",
            "sessionPersistence: {}",
            "timeouts: {request: 1s}",
            "spec.rules[0].timeouts"),
        grpc(
            "backendRefs",
            "backendRefs: " + times(16, "{name: cart, port: 80}"),
            "backendRefs: " + times(17, "{name: cart, port: 80}"),
            "spec.rules[0].backendRefs[16]"));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource({"http", "grpc"})
  void whatTheApiRefusesIsRefusedWithItsField(
      String kind, String what, String good, String bad, String path) {
    assertThat(errors(kind, good)).isEmpty();
    assertThat(errors(kind, bad)).extracting(Problem::path).contains(path);
    assertThat(errors(kind, bad))
        .allMatch(p -> p.position().source().name().equals("f1.yaml"))
        .allMatch(p -> p.position().line() == 6);
  }

  private static final String SHOP = "{group: '', kind: Service, name: shop%s}";

  @ParameterizedTest
  @MethodSource("parents")
  void parentsAreDistinct(String first, String second, boolean refused) {
    List<Problem> errors =
        errors("HTTPRoute", "rules: []", SHOP.formatted(first) + "," + SHOP.formatted(second));
    assertThat(errors).hasSize(refused ? 1 : 0);
    assertThat(errors).allMatch(p -> p.path().equals("spec.parentRefs[1]"));
  }

  static List<Arguments> parents() {
    return List.of(
        Arguments.of("", "", true),
        Arguments.of("", ", port: 80", true),
        Arguments.of(", port: 80", ", port: 80", true),
        Arguments.of(", sectionName: http", ", sectionName: http", true),
        Arguments.of(", port: 80", ", sectionName: http", false),
        Arguments.of(", port: 80", ", port: 81", false));
  }

  @Test
  void aPortOfAParentIsInRange() {
    assertThat(errors("HTTPRoute", "rules: []", SHOP.formatted(", port: 65536")))
        .extracting(Problem::path)
        .containsExactly("spec.parentRefs[0].port");
  }

  private static List<Problem> errors(String kind, String spec) {
    return errors(kind, spec, SHOP.formatted(""));
  }

  private static List<Problem> errors(String kind, String spec, String parents) {
    String route =
        "apiVersion: gateway.networking.k8s.io/v1\nkind: %s\nmetadata: {name: x}\nspec:\n parentRefs: [%s]\n %s\n"
            .formatted(kind, parents, spec);
    return Yaml.of(SERVICES, route).problems().stream().filter(Problem::isError).toList();
  }
}
