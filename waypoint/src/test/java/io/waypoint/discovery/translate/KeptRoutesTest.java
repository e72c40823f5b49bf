// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.config.Doc;
import io.waypoint.config.Problem;
import io.waypoint.config.Problems;
import io.waypoint.config.ReadObject;
import io.waypoint.config.Source;
import io.waypoint.discovery.verdict.RouteFacts.Standing;
import io.waypoint.routing.RouteTable;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.GatewayName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The same objects, read for one world after another, as those of a cluster are. */
class KeptRoutesTest {
  private static final GatewayName GATEWAY = new GatewayName("shop", "waypoint");

  private final Translator translator = new Translator(Scope.of(GATEWAY), LocalTable.ANNOTATED);
  private final ReadObject gateway =
      object(
          "Gateway",
          "waypoint",
          "1",
          Map.of(
              "gatewayClassName",
              "vertx-waypoint",
              "listeners",
              List.of(Map.of("name", "mesh", "port", 15008, "protocol", "HBONE"))));
  private final Problems problems = new Problems();
  private long generation;

  private static ReadObject object(
      String kind, String name, String version, Map<String, Object> spec) {
    return ReadObject.of(
        Source.version(kind, "shop", name, version),
        Map.of(
            "apiVersion",
            "gateway.networking.k8s.io/v1",
            "kind",
            kind,
            "metadata",
            Map.of("name", name, "namespace", "shop"),
            "spec",
            spec));
  }

  private static ReadObject route(String name, String version, String backend) {
    Map<String, Object> ref = Map.of("group", "", "kind", "Service", "port", 80);
    var parent = new HashMap<String, Object>(ref);
    parent.put("name", name);
    var to = new HashMap<String, Object>(ref);
    to.put("name", backend);
    return object(
        "HTTPRoute",
        name,
        version,
        Map.of(
            "parentRefs", List.of(parent), "rules", List.of(Map.of("backendRefs", List.of(to)))));
  }

  private static KnownService service(String name) {
    return new KnownService(
        name,
        "shop",
        name + ".shop.svc.cluster.local",
        true,
        List.of(),
        List.of(GATEWAY),
        List.of(
            new KnownService.Port(
                80, AppProtocol.HTTP, new EndpointSet(name, "shop", 80, false, List.of()))));
  }

  private Translation translate(List<ReadObject> routes, KnownService... services) {
    problems.clear();
    List<Doc> docs = new ArrayList<>();
    docs.add(gateway.doc(problems));
    routes.forEach(route -> docs.add(route.doc(problems)));
    return translator.translate(
        docs, new Census(List.of(services), List.of()), problems, ++generation);
  }

  private static RouteTable table(Translation translation, String service) {
    return java.util.Objects.requireNonNull(
        Yaml.found(translation.world(), service + ".shop.svc.cluster.local", 80)
            .routes()
            .producer());
  }

  private static List<String> warnings(Translation translation) {
    return translation.problems().stream().map(Problem::message).toList();
  }

  @Test
  void aChangeLeavesTheTablesOfOtherRoutesAsTheyAre() {
    KnownService cart = service("cart");
    KnownService till = service("till");
    ReadObject kept = route("cart", "1", "cart");
    Translation before = translate(List.of(kept, route("till", "1", "till")), cart, till);
    Translation after = translate(List.of(kept, route("till", "2", "cart")), cart, till);

    assertThat(table(after, "cart")).isSameAs(table(before, "cart"));
    assertThat(table(after, "till")).isNotSameAs(table(before, "till"));
  }

  @Test
  void aServiceOfWhichNothingChangedIsTheSameObjectInTheNextWorld() {
    KnownService cart = service("cart");
    KnownService till = service("till");
    ReadObject kept = route("cart", "1", "cart");
    Translation before = translate(List.of(kept, route("till", "1", "till")), cart, till);
    Translation after = translate(List.of(kept, route("till", "2", "cart")), cart, till);

    assertThat(after.world().service("cart", "shop"))
        .isSameAs(before.world().service("cart", "shop"));
    assertThat(after.world().service("till", "shop"))
        .isNotSameAs(before.world().service("till", "shop"));
    assertThat(after.routes().getFirst()).isSameAs(before.routes().getFirst());
  }

  @Test
  void aRouteAttachesAgainWhenItsParentComesAndWhenItGoes() {
    ReadObject route = route("cart", "1", "till");
    KnownService till = service("till");
    assertThat(standing(translate(List.of(route), till))).isEqualTo(Standing.NO_SUCH_SERVICE);
    assertThat(standing(translate(List.of(route), till, service("cart"))))
        .isEqualTo(Standing.SERVED);
    assertThat(standing(translate(List.of(route), till))).isEqualTo(Standing.NO_SUCH_SERVICE);
  }

  @Test
  void theStandingOfARouteThatIsNotReadAgainFollowsItsServicesBinding() {
    ReadObject route = route("cart", "1", "till");
    KnownService till = service("till");
    KnownService cart = service("cart");
    assertThat(standing(translate(List.of(route), till, cart))).isEqualTo(Standing.SERVED);
    KnownService left =
        new KnownService(
            cart.name(),
            cart.namespace(),
            cart.hostname(),
            true,
            cart.addresses(),
            List.of(),
            cart.ports());
    assertThat(standing(translate(List.of(route), till, left))).isEqualTo(Standing.LEFT);
  }

  @Test
  void aPolicyThatComesGuardsAServiceOfWhichNothingElseChanged() {
    KnownService cart = service("cart");
    ReadObject deny =
        ReadObject.of(
            Source.version("AuthorizationPolicy", "shop", "deny", "1"),
            Map.of(
                "apiVersion",
                "security.istio.io/v1",
                "kind",
                "AuthorizationPolicy",
                "metadata",
                Map.of("name", "deny", "namespace", "shop"),
                "spec",
                Map.of(
                    "targetRefs",
                    List.of(Map.of("group", "", "kind", "Service", "name", "cart")),
                    "action",
                    "DENY",
                    "rules",
                    List.of(Map.of()))));
    assertThat(guards(translate(List.of(), cart))).isEmpty();
    assertThat(guards(translate(List.of(deny), cart))).isNotEmpty();
    assertThat(guards(translate(List.of(), cart))).isEmpty();
  }

  private static List<?> guards(Translation translation) {
    return Yaml.found(translation.world(), "cart.shop.svc.cluster.local", 80).policies().dump();
  }

  private static Standing standing(Translation translation) {
    return translation.routes().getFirst().parents().getFirst().standing();
  }

  @Test
  void aRouteIsReadAgainWhenItsBackendComesAndWhenItGoes() {
    ReadObject route = route("cart", "1", "till");
    KnownService cart = service("cart");
    assertThat(warnings(translate(List.of(route), cart))).anyMatch(w -> w.contains("shop/till"));

    Translation there = translate(List.of(route), cart, service("till"));
    assertThat(warnings(there)).noneMatch(w -> w.contains("shop/till"));
    assertThat(table(there, "cart").dump().toString()).contains("till");

    assertThat(warnings(translate(List.of(route), cart))).anyMatch(w -> w.contains("shop/till"));
  }

  @Test
  void whatIsWrongWithARouteIsSaidOfEveryWorld() {
    ReadObject route = route("cart", "1", "nobody");
    KnownService cart = service("cart");
    List<String> first = warnings(translate(List.of(route), cart));
    assertThat(first).isNotEmpty();
    assertThat(warnings(translate(List.of(route), cart))).isEqualTo(first);
  }

  @Test
  void otherEndpointsAreUsed() {
    ReadObject route = route("cart", "1", "cart");
    Translation before = translate(List.of(route), service("cart"));
    KnownService http2 =
        new KnownService(
            "cart",
            "shop",
            "cart.shop.svc.cluster.local",
            true,
            List.of(),
            List.of(GATEWAY),
            List.of(
                new KnownService.Port(
                    80, AppProtocol.HTTP2, new EndpointSet("cart", "shop", 80, true, List.of()))));
    Translation after = translate(List.of(route), http2);
    assertThat(table(after, "cart")).isNotSameAs(table(before, "cart"));
  }
}
