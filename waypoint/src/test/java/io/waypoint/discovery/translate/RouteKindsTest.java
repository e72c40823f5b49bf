// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static io.waypoint.discovery.translate.Yaml.MESH;
import static io.waypoint.discovery.translate.Yaml.found;
import static io.waypoint.discovery.translate.Yaml.pod;
import static io.waypoint.discovery.translate.Yaml.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.discovery.verdict.Condition;
import io.waypoint.discovery.verdict.RouteFacts;
import io.waypoint.discovery.verdict.RouteVerdict;
import io.waypoint.routing.RouteTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** GRPCRoutes, routes of both kinds on one service, backends of all kinds, and what is said. */
class RouteKindsTest {
  private static final String SHOP =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: shop}
      spec:
        selector: {app: shop}
        ports: [{name: http, port: 80, targetPort: 8080}, {name: grpc, port: 7070, targetPort: web}]
      """;
  private static final String SERVICES =
      String.join(
          "---\n", MESH, SHOP, service("cart"), pod("shop", "10.1.0.7"), pod("cart", "10.1.0.8"));

  private static String route(String kind, String name, String parent, String rules) {
    return """
    apiVersion: gateway.networking.k8s.io/v1
    kind: %s
    metadata: {name: %s, namespace: default}
    spec:
     parentRefs: [%s]
     rules: %s
    """
        .formatted(kind, name, parent, rules);
  }

  private static final String ALL = "{group: '', kind: Service, name: shop}";
  private static final String ON_GRPC = "{group: '', kind: Service, name: shop, sectionName: grpc}";
  private static final String TO_CART = "[{backendRefs: [{name: cart, port: 80}]}]";

  private static List<String> dump(Translation translation, int port) {
    RouteTable table = found(translation.world(), "shop", port).routes().producer();
    return Objects.requireNonNull(table).dump();
  }

  private static List<String> conditions(Translation translation, String name) {
    List<String> said = new ArrayList<>();
    for (RouteFacts route : translation.routes()) {
      for (RouteFacts.Parent parent : route.parents()) {
        if (route.name().equals(name)) {
          said.add(
              RouteVerdict.of(route, parent).stream()
                  .filter(c -> !c.type().equals(Condition.PROGRAMMED))
                  .filter(c -> !c.type().equals(Condition.RESOLVED_WAYPOINTS))
                  .map(c -> c.type() + "=" + c.status() + "/" + c.reason())
                  .collect(Collectors.joining(" ")));
        }
      }
    }
    return said;
  }

  private static String message(Translation translation, String type) {
    RouteFacts route = translation.routes().getFirst();
    return RouteVerdict.of(route, route.parents().getFirst()).stream()
        .filter(c -> c.type().equals(type))
        .map(Condition::message)
        .collect(Collectors.joining());
  }

  @Test
  void aGrpcRouteIsReadWithEveryKindOfMatch() {
    String rules =
        """
        [{matches: [{method: {service: pb.Echo, method: Echo}}], backendRefs: [{name: cart, port: 80}]},
         {matches: [{method: {service: pb.Echo}}], backendRefs: [{name: cart, port: 80}]},
         {matches: [{method: {method: Echo}}], backendRefs: [{name: cart, port: 80}]},
         {matches: [{method: {type: RegularExpression, service: 'pb[.].*'}, headers: [{name: a, value: b}]}],
          backendRefs: [{name: cart, port: 80}]},
         {backendRefs: [{name: cart, port: 80}]}]
        """;
    Translation translation = Yaml.of(SERVICES, route("GRPCRoute", "x", ON_GRPC, rules));
    assertThat(Yaml.words(translation)).isEmpty();
    assertThat(dump(translation, 7070))
        .extracting(line -> line.substring(0, line.indexOf(" -> ")))
        .containsExactly(
            "service pb.Echo method Echo, grpc",
            "service pb.Echo, grpc",
            "service regex pb[.].*, grpc, header a=b",
            "any service method Echo, grpc",
            "any service, grpc");
    assertThat(found(translation.world(), "shop", 80).routes().producer()).isNull();
  }

  @Test
  void aGrpcRouteWithoutRulesIsForAllCallsAndHasNoBackend() {
    Translation translation = Yaml.of(SERVICES, route("GRPCRoute", "x", ON_GRPC, "[]"));
    assertThat(dump(translation, 7070)).hasSize(1).first().asString().startsWith("any service");
  }

  @Test
  void aPatternThatCannotBeHadMatchesNothing() {
    String rules =
        "[{matches: [{method: {type: RegularExpression, method: '(('}}], backendRefs: [{name: cart,"
            + " port: 80}]}]";
    Translation translation = Yaml.of(SERVICES, route("GRPCRoute", "x", ON_GRPC, rules));
    assertThat(translation.isRefused()).isFalse();
    assertThat(dump(translation, 7070)).isEmpty();
    assertThat(conditions(translation, "x"))
        .containsExactly("Accepted=False/UnsupportedValue ResolvedRefs=True/ResolvedRefs");
  }

  @Test
  void whereAGrpcRouteIsAttachedAnHttpRouteStandsBack() {
    Translation translation =
        Yaml.of(
            SERVICES,
            route("HTTPRoute", "http", ALL, TO_CART),
            route("GRPCRoute", "grpc", ON_GRPC, TO_CART));
    assertThat(dump(translation, 80)).singleElement().asString().startsWith("prefix /");
    assertThat(dump(translation, 7070)).singleElement().asString().startsWith("any service");
    assertThat(Yaml.words(translation))
        .containsExactly(
            "warning WP2015 GRPCRoute default/grpc is attached to port 7070: HTTPRoutes have no"
                + " effect there");
    assertThat(conditions(translation, "http"))
        .containsExactly("Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs");
  }

  @Test
  void anHttpRouteThatStandsBackEverywhereIsConflicted() {
    Translation translation =
        Yaml.of(
            SERVICES,
            route("HTTPRoute", "http", ON_GRPC, TO_CART),
            route("GRPCRoute", "grpc", ON_GRPC, TO_CART));
    assertThat(conditions(translation, "http"))
        .containsExactly("Accepted=False/Conflicted ResolvedRefs=True/ResolvedRefs");
    assertThat(conditions(translation, "grpc"))
        .containsExactly("Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs");
  }

  @Test
  void kindsDoNotConflictAcrossTheirCallers() {
    String consumer =
        route("GRPCRoute", "grpc", ON_GRPC.replace("name:", "namespace: default, name:"), TO_CART)
            .replace("namespace: default}\nspec", "namespace: consumer}\nspec");
    Translation translation =
        Yaml.of(SERVICES, route("HTTPRoute", "http", ON_GRPC, TO_CART), consumer);
    assertThat(dump(translation, 7070)).singleElement().asString().startsWith("prefix /");
    RouteTable own = found(translation.world(), "shop", 7070).routes().of("consumer");
    assertThat(Objects.requireNonNull(own).dump()).first().asString().startsWith("any service");
  }

  @Test
  void anInferencePoolIsRefusedByName() {
    String rules =
        "[{backendRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: llm}]}]";
    Translation translation = Yaml.of(SERVICES, route("HTTPRoute", "x", ALL, rules));
    assertThat(conditions(translation, "x"))
        .containsExactly("Accepted=True/Accepted ResolvedRefs=False/InvalidKind");
    assertThat(message(translation, Condition.RESOLVED_REFS))
        .isEqualTo(
            "spec.rules[0].backendRefs[0]: backend InferencePool default/llm is not a Service;"
                + " requests to rule 0 will answer 500");
  }

  @Test
  void aBackendOfAnotherNamespaceNeedsNoGrantInAMesh() {
    String other =
        """
        apiVersion: v1
        kind: Service
        metadata: {name: far, namespace: other}
        spec: {ports: [{port: 80}]}
        """;
    String rules = "[{backendRefs: [{name: far, namespace: other, port: 80}]}]";
    Translation translation = Yaml.of(SERVICES, other, route("HTTPRoute", "x", ALL, rules));
    assertThat(Yaml.words(translation)).isEmpty();
    assertThat(dump(translation, 80)).singleElement().asString().endsWith("1 other/far:80");
    assertThat(conditions(translation, "x"))
        .containsExactly("Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs");
  }

  @Test
  void headlessServicesAndNamedPortsAreBackends() {
    String headless =
        """
        apiVersion: v1
        kind: Service
        metadata: {name: headless}
        spec: {clusterIP: None, selector: {app: cart}, ports: [{name: a, port: 90, targetPort: web}]}
        """;
    String rules = "[{backendRefs: [{name: headless, port: 90}]}]";
    Translation translation = Yaml.of(SERVICES, headless, route("HTTPRoute", "x", ALL, rules));
    assertThat(Yaml.words(translation)).isEmpty();
    assertThat(found(translation.world(), "headless", 90).endpoints().endpoints())
        .singleElement()
        .satisfies(e -> assertThat(e.address().getPort()).isEqualTo(8080));
    assertThat(dump(translation, 80)).singleElement().asString().endsWith("1 default/headless:90");
  }

  @Test
  void aHostOfIstioIsABackendByItsName() {
    String rules =
        "[{backendRefs: [{group: networking.istio.io, kind: Hostname, name:"
            + " cart.default.svc.cluster.local, port: 80}, {group: networking.istio.io, kind:"
            + " Hostname, name: nowhere.example, port: 80}]}]";
    Translation translation = Yaml.of(SERVICES, route("HTTPRoute", "x", ALL, rules));
    assertThat(Yaml.words(translation))
        .containsExactly(
            "warning WP2007 backend nowhere.example does not exist; requests to rule 0 will answer"
                + " 500");
    assertThat(conditions(translation, "x"))
        .containsExactly("Accepted=True/Accepted ResolvedRefs=False/BackendNotFound");
  }

  @Test
  void everyParentHasAnEntryOfItsOwn() {
    String parents =
        ON_GRPC
            + ", {group: '', kind: Service, name: shop, port: 81}"
            + ", {group: '', kind: Service, name: nobody}"
            + ", {name: waypoint}, {name: somebody-elses}";
    Translation translation = Yaml.of(SERVICES, route("HTTPRoute", "x", parents, TO_CART));
    assertThat(translation.routes().getFirst().parents())
        .extracting(RouteFacts.Parent::standing)
        .containsExactly(
            RouteFacts.Standing.SERVED,
            RouteFacts.Standing.NO_SUCH_PORT,
            RouteFacts.Standing.NO_SUCH_SERVICE,
            RouteFacts.Standing.GATEWAY,
            RouteFacts.Standing.NOT_OURS);
  }

  @Test
  void aRouteThatIsPartlyWrongSaysWhichRule() {
    String rules =
        """
        [{matches: [{path: {value: /ok}}], backendRefs: [{name: cart, port: 80}]},
         {filters: [{type: ExtensionRef, extensionRef: {group: x.io, kind: Limit, name: a}}],
          backendRefs: [{name: cart, port: 80}]}]
        """;
    Translation translation = Yaml.of(SERVICES, route("HTTPRoute", "x", ALL, rules));
    assertThat(conditions(translation, "x"))
        .containsExactly(
            "Accepted=True/Accepted ResolvedRefs=True/ResolvedRefs"
                + " PartiallyInvalid=True/UnsupportedValue");
    assertThat(message(translation, Condition.PARTIALLY_INVALID))
        .startsWith("Dropped Rule 1: spec.rules[1].filters[0]: ");
  }
}
