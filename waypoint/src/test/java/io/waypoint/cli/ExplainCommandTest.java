// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code explain}, {@code routes} and {@code validate -o status} tell about one small mesh.
 */
class ExplainCommandTest {
  private static final String MESH =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: default, labels: {istio.io/use-waypoint: waypoint, istio.io/dataplane-mode: ambient}}
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: waypoint}
      spec:
        gatewayClassName: vertx-waypoint
        listeners: [{name: mesh, port: 15008, protocol: HBONE}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: reviews}
      spec: {clusterIP: 10.96.0.9, selector: {app: reviews}, ports: [{name: http, port: 9080}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: v1}
      spec: {selector: {app: reviews}, ports: [{name: http, port: 9080}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: v2}
      spec: {selector: {app: nobody}, ports: [{name: http, port: 9080}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: reviews-1, labels: {app: reviews, istio.io/dataplane-mode: ambient}}
      spec: {serviceAccountName: reviews, containers: [{name: c}]}
      status: {podIP: 10.1.0.7}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: elsewhere, namespace: other}
      spec: {ports: [{port: 80}]}
      """;
  private static final String POLICIES =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: no-delete}
      spec:
        targetRefs: [{kind: Service, group: "", name: reviews}]
        action: DENY
        rules: [{to: [{operation: {methods: [DELETE]}}]}]
      """;
  private static final String ROUTES =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: reviews}
      spec:
        parentRefs: [{kind: Service, group: "", name: reviews}]
        rules:
        - matches: [{path: {type: Exact, value: /v1}}]
          backendRefs: [{name: v1, port: 9080}]
        - matches: [{path: {value: /v1}}]
          filters:
          - type: RequestHeaderModifier
            requestHeaderModifier: {add: [{name: x-version, value: v1}], remove: [x-debug]}
          - type: URLRewrite
            urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}
          timeouts: {request: 2s}
          backendRefs: [{name: v1, port: 9080, weight: 9}, {name: v2, port: 9080}]
        - matches: [{path: {value: /old}}]
          filters: [{type: RequestRedirect, requestRedirect: {hostname: new.example, statusCode: 301}}]
        - matches: [{path: {value: /}, headers: [{name: x-broken, value: "1"}]}]
          backendRefs: [{name: gone, port: 9080}]
        - matches: [{path: {value: /}}]
          backendRefs: [{name: v1, port: 9080}]
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: mine, namespace: consumer}
      spec:
        parentRefs: [{kind: Service, group: "", namespace: default, name: reviews}]
        rules:
        - matches: [{path: {value: /only}}]
          backendRefs: [{name: v1, namespace: default, port: 9080}]
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("mesh.yaml"), MESH);
    Files.writeString(folder.resolve("policies.yaml"), POLICIES);
    Files.writeString(folder.resolve("routes.yaml"), ROUTES);
  }

  private int run(String... args) {
    return Main.run(
        new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, false), args);
  }

  private int explain(String... args) {
    List<String> all = new ArrayList<>(List.of("explain", "-f", folder.toString()));
    all.addAll(Arrays.asList(args));
    return run(all.toArray(String[]::new));
  }

  private String said() {
    return out.toString().replace(folder + "/", "");
  }

  @Test
  void everyStepIsToldWithItsReason() {
    assertThat(explain("--as", "web.default", "-H", "x-debug: 1", "http://reviews/v1/7")).isZero();

    assertThat(said())
        .isEqualTo(
            """
            GET http://reviews/v1/7   as spiffe://cluster.local/ns/default/sa/web
            destination  Service default/reviews port 9080, http
            authorize    ALLOW  no policy objects
                         · DENY ns[default]-policy[no-delete]-rule[0]  not matched: to[0].operation.methods [DELETE] has not "GET"   policies.yaml:1:1
            route        default/reviews rule 2  prefix /v1   routes.yaml:1:1
                         · default/reviews rule 1, exact /v1: path: wanted /v1, got /v1/7   routes.yaml:1:1
                         · default/reviews rule 3, prefix /old: path: wanted prefix /old, got /v1/7   routes.yaml:1:1
                         · default/reviews rule 4, prefix /, header x-broken=1: header x-broken: wanted 1, got none   routes.yaml:1:1
                         · default/reviews rule 5, prefix /: matches, but its path is shorter   routes.yaml:1:1
            filters      RequestHeaderModifier(+x-version=v1 -x-debug) -> URLRewrite(prefix -> /) -> timeout 2s
            backend      90 % default/v1:9080  (1 of 1 endpoints ready)
            would send   GET /7  host reviews  no x-debug  x-version: v1  to 10.1.0.7:9080 over HBONE
            filters      RequestHeaderModifier(+x-version=v1 -x-debug) -> URLRewrite(prefix -> /) -> timeout 2s
            backend      10 % default/v2:9080  (no endpoint in these files)
            would send   GET /7  host reviews  no x-debug  x-version: v1
            answer       depends on the backend that is picked
            """);
  }

  @Test
  void whatAVirtualServiceBreaksOnPurposeIsTold() throws IOException {
    Files.writeString(
        folder.resolve("faults.yaml"),
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: faults}
        spec:
          hosts: [reviews]
          http:
          - match: [{headers: {user: {exact: jane}}}]
            fault: {abort: {httpStatus: 503, percentage: {value: 12.5}}}
        """);
    String words = "Fault(abort 503 12.5 %) by VirtualService default/faults rule 1";
    explain("--as", "web.default", "-H", "user: jane", "http://reviews/v1/7");
    assertThat(said()).contains("filters      " + words + " -> RequestHeaderModifier(");
    out.getBuffer().setLength(0);
    explain("--as", "web.default", "-H", "user: jim", "http://reviews/v1/7");
    assertThat(said()).contains("would send").doesNotContain("Fault(");
  }

  @Test
  void whoCountsIsToldWithWhatComesOfSilence() throws IOException {
    Files.writeString(
        folder.resolve("limit.yaml"),
        """
        apiVersion: waypoint.dev/v1alpha1
        kind: GlobalRateLimit
        metadata: {name: few}
        spec: {backendRef: {name: v1, port: 9080}, domain: d, descriptors: [{entries: [{destination: {}}]}]}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: counted}
        spec:
          parentRefs: [{kind: Service, group: "", name: v1}]
          rules:
          - filters: [{type: ExtensionRef, extensionRef: {group: waypoint.dev, kind: GlobalRateLimit, name: few}}]
            backendRefs: [{name: v1, port: 9080}]
        """);
    assertThat(explain("--as", "web.default", "http://v1/")).isZero();
    assertThat(said())
        .contains("GlobalRateLimit(default/few: asks default/v1:9080, passes without an answer)");
  }

  @Test
  void aPreflightIsExplainedByTheRuleThatAnswersIt() throws IOException {
    Files.writeString(
        folder.resolve("cors.yaml"),
        """
        apiVersion: v1
        kind: Service
        metadata: {name: page}
        spec: {selector: {app: reviews}, ports: [{name: http, port: 80}]}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: page}
        spec:
          parentRefs: [{kind: Service, group: "", name: page}]
          rules:
          - matches: [{method: PUT}]
            filters: [{type: CORS, cors: {allowOrigins: ["https://a.example"], allowMethods: [PUT]}}]
            backendRefs: [{name: v1, port: 9080}]
          - matches: [{method: POST}]
            backendRefs: [{name: v1, port: 9080}]
        """);
    String[] preflight = {"--as", "web.default", "-X", "OPTIONS", "http://page/"};
    String origin = "Origin: https://a.example";
    String asks = "Access-Control-Request-Method: ";
    explain(with(preflight, origin, asks + "PUT"));
    assertThat(said())
        .contains("route        default/page rule 1  prefix /, PUT")
        .contains(
            "answer       200: the preflight is answered access-control-allow-origin:"
                + " https://a.example, access-control-allow-methods: PUT");
    out.getBuffer().setLength(0);
    explain(with(preflight, "Origin: https://b.example", asks + "PUT"));
    assertThat(said()).contains("200: the preflight is answered without permission");
    out.getBuffer().setLength(0);
    explain(with(preflight, origin, asks + "POST"));
    assertThat(said()).contains("answer       404");
  }

  private static String[] with(String[] question, String... fields) {
    List<String> all = new ArrayList<>(Arrays.asList(question));
    for (String field : fields) {
      all.addFirst(field);
      all.addFirst("-H");
    }
    return all.toArray(String[]::new);
  }

  @Test
  void whatIsSpokenOverTlsIsToldWithWhatIsVerified() throws IOException {
    Files.writeString(
        folder.resolve("outside.yaml"),
        """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: outside}
        spec:
          hosts: [api.example.com]
          ports: [{number: 80, name: http, protocol: HTTP, targetPort: 443}]
          resolution: STATIC
          endpoints: [{address: 10.9.0.1}]
        ---
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: dialled}
        spec:
          hosts: [dialled.example.com]
          addresses: [10.8.0.0/16]
          ports: [{number: 80, name: http, protocol: HTTP}]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: BackendTLSPolicy
        metadata: {name: outside}
        spec:
          targetRefs: [{group: networking.istio.io, kind: ServiceEntry, name: outside}]
          validation:
            hostname: api.example.com
            wellKnownCACertificates: System
            subjectAltNames: [{type: Hostname, hostname: a.example.com}, {type: URI, uri: "spiffe://a/b"}]
        """);
    assertThat(explain("--as", "web.default", "http://api.example.com/")).isZero();
    assertThat(said())
        .contains(
            "to 10.9.0.1:443 over TCP in TLS (SNI api.example.com; certificate of a.example.com or"
                + " spiffe://a/b by the system's authorities)");
    out.getBuffer().setLength(0);
    assertThat(explain("--as", "web.default", "http://10.8.1.2/")).isZero();
    assertThat(said()).contains("to 10.8.1.2:80 over TCP\n");
  }

  @Test
  void aDenialEndsIt() {
    assertThat(explain("--as", "web.default", "-X", "DELETE", "http://reviews:9080/v1"))
        .isEqualTo(ExitCode.PROBLEMS);

    assertThat(said())
        .contains("authorize    DENY   by ns[default]-policy[no-delete]-rule[0]")
        .endsWith("answer       403: RBAC: access denied\n")
        .doesNotContain("route  ");
  }

  @Test
  void aDenialForWantOfAnAllowSaysWhatTheClosestRuleLacks() throws IOException {
    Files.writeString(
        folder.resolve("allow.yaml"),
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: readers}
        spec:
          targetRefs: [{kind: Service, group: "", name: reviews}]
          rules:
          - from: [{source: {principals: [cluster.local/ns/default/sa/admin]}}]
            to: [{operation: {methods: [POST], paths: [/admin]}}]
          - from: [{source: {principals: [cluster.local/ns/default/sa/web]}}]
            to: [{operation: {methods: [HEAD]}}]
        """);
    assertThat(explain("--as", "web.default", "http://reviews:9080/v1")).isEqualTo(1);
    assertThat(said())
        .contains("authorize    DENY   no ALLOW rule matches")
        .containsPattern(
            "closest: ns\\[default]-policy\\[readers]-rule\\[1], which lacks\n"
                + " +to\\[0].operation.methods \\[HEAD] has not \"GET\"\n");
  }

  @Test
  void whatWeAnswerOurselvesIsToldWithItsStatus() {
    assertThat(explain("--as", "web.default", "http://reviews/old/x?q=1")).isEqualTo(1);
    assertThat(said())
        .endsWith("answer       301: a filter answers: http://new.example:9080/old/x?q=1\n");
    assertThat(explain("--as", "web.default", "-H", "x-broken: 1", "http://reviews/")).isEqualTo(1);
    assertThat(said()).endsWith("answer       500: Service default/gone does not exist\n");
    assertThat(explain("--as", "web.default", "http://reviews/%00")).isEqualTo(1);
    assertThat(said()).endsWith("answer       400: the path is not one that we carry\n");
  }

  @Test
  void aCallerOfAnotherNamespaceGetsItsOwnRoutes() {
    assertThat(explain("--as", "web.consumer", "http://reviews.default/only")).isZero();
    assertThat(said())
        .contains("route        consumer/mine rule 1  prefix /only")
        .contains("(routes of namespace consumer for its own callers)");
    assertThat(explain("--as", "web.consumer", "http://reviews.default/v1")).isEqualTo(1);
    assertThat(said()).endsWith("answer       404: no rule of the attached routes matches\n");
  }

  @Test
  void whatIsNotOursIsRefusedWithTheReason() {
    assertThat(explain("--as", "web.default", "http://nobody/")).isEqualTo(1);
    assertThat(said()).endsWith("answer       404: CONNECT is refused: nothing is called nobody\n");
    assertThat(explain("--as", "web.default", "http://elsewhere.other/")).isEqualTo(1);
    assertThat(said()).contains("it is behind no waypoint");
    assertThat(explain("--as", "web.default", "http://reviews:81/")).isEqualTo(1);
    assertThat(said()).contains("it has no such port, but 9080");
  }

  @Test
  void theSchemaForProgramsIsFixed() throws IOException {
    assertThat(explain("--as", "web.default", "-o", "json", "http://reviews/v1/7")).isZero();

    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(names(json))
        .containsExactly(
            "version", "request", "destination", "policies", "routes", "backends", "outcome");
    assertThat(names(json.get("request")))
        .containsExactly("method", "url", "caller", "path", "headers");
    assertThat(names(json.get("destination")))
        .containsExactly("kind", "namespace", "name", "port", "protocol");
    assertThat(names(json.get("policies")))
        .containsExactly("allowed", "by", "closest", "considered");
    assertThat(names(json.at("/policies/considered/0")))
        .containsExactly("action", "rule", "dryRun", "position", "matched", "reason", "missing");
    assertThat(names(json.get("routes"))).containsExactly("consumers", "rule", "considered");
    assertThat(names(json.at("/routes/considered/0")))
        .containsExactly(
            "kind", "route", "position", "rule", "match", "wants", "outcome", "reason");
    assertThat(names(json.at("/backends/0")))
        .containsExactly("percent", "backend", "ready", "endpoints", "filters", "sends", "outcome");
    assertThat(names(json.at("/backends/0/sends")))
        .containsExactly("method", "target", "host", "changed", "answer", "to", "mirrors");
    assertThat(json.at("/backends/0/sends/target").asText()).isEqualTo("/7");
    assertThat(json.at("/routes/rule").asText()).isEqualTo("default/reviews rule 2");
    assertThat(names(json.get("outcome"))).containsExactly("kind", "reason");
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void wrongUsageSaysWhatToWrite() {
    assertThat(explain("http://reviews/")).isEqualTo(ExitCode.USAGE);
    assertThat(explain("--as", "web", "http://reviews/")).isEqualTo(ExitCode.USAGE);
    assertThat(explain("--as", "a.b", "-H", "x", "http://reviews/")).isEqualTo(ExitCode.USAGE);
    assertThat(explain("--as", "a.b", "https://reviews/")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .contains("serviceaccount.namespace", "write name: value", "requests are plain HTTP");
  }

  @Test
  void whatDoesNotLoadIsNotExplained() throws IOException {
    Files.writeString(folder.resolve("bad.yaml"), "apiVersion: v1\nkind: Service\n");
    assertThat(explain("--as", "a.b", "http://reviews/")).isEqualTo(ExitCode.CONFIG);
    assertThat(err.toString()).contains("bad.yaml:1:1", "does not load");
  }

  @Test
  void routesAreListedInTheOrderInWhichTheyAreMatched() {
    assertThat(run("routes", "-f", folder.toString(), "reviews")).isZero();

    assertThat(said())
        .isEqualTo(
            """
            Service default/reviews port 9080
              1.  exact /v1                    default/reviews rule 1  default/v1:9080                            routes.yaml:1:1
              2.  prefix /old                  default/reviews rule 3  redirect 301                               routes.yaml:1:1
              3.  prefix /v1                   default/reviews rule 2  9 default/v1:9080, 1 default/v2:9080       routes.yaml:1:1
              4.  prefix /, header x-broken=1  default/reviews rule 4  500 (Service default/gone does not exist)  routes.yaml:1:1
              5.  prefix /                     default/reviews rule 5  default/v1:9080                            routes.yaml:1:1

            Service default/reviews port 9080, for callers of namespace consumer
              1.  prefix /only  consumer/mine rule 1  default/v1:9080  routes.yaml:24:1
            """);
    assertThat(run("routes", "-f", folder.toString(), "nobody")).isEqualTo(ExitCode.PROBLEMS);
  }

  @Test
  void statusIsWhatAClusterWouldBeTold() {
    assertThat(run("validate", "-o", "status", folder.toString())).isZero();

    assertThat(said())
        .contains("HTTPRoute default/reviews   routes.yaml:1:1\n  Service default/reviews\n")
        .contains("    Accepted           True   Accepted           accepted\n")
        .contains(
            "    ResolvedRefs       False  BackendNotFound    spec.rules[3].backendRefs[0].name:"
                + " backend default/gone does not exist; requests to rule 3 will answer 500\n");
  }
}
