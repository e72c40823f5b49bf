// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static io.waypoint.discovery.translate.Yaml.found;
import static io.waypoint.discovery.translate.Yaml.pod;
import static io.waypoint.discovery.translate.Yaml.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.world.Binding;
import io.waypoint.world.GatewayName;
import io.waypoint.world.Lookup;
import io.waypoint.world.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BindingTest {
  private static final String LISTENERS = "listeners: [{name: m, port: 15008, protocol: HBONE%s}]";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          istio.io/use-waypoint: waypoint |                           | Found
                                       | istio.io/use-waypoint: waypoint | Found
          istio.io/use-waypoint: waypoint | istio.io/use-waypoint: none | NotOurs
          istio.io/use-waypoint: waypoint | istio.io/use-waypoint: other | NotOurs
          istio.io/use-waypoint: waypoint | istio.io/use-waypoint: missing | NotOurs
                                       |                             | NotOurs
          istio.io/use-waypoint: other | istio.io/use-waypoint: waypoint | Found
          istio.io/use-waypoint: other | "istio.io/use-waypoint: other, istio.io/use-waypoint-canary: waypoint" | Found
          "istio.io/use-waypoint: other, istio.io/use-waypoint-canary: waypoint" | | Found
          istio.io/use-waypoint: waypoint | "istio.io/use-waypoint: waypoint, istio.io/use-waypoint-namespace: edge" | NotOurs
          """)
  void labelsDecideWhoseAServiceIs(String namespace, String service, String answer) {
    World world =
        Yaml.of(
                namespace("default", namespace),
                gateway("default", "waypoint", "vertx-waypoint", "", ""),
                gateway("default", "other", "istio-waypoint", "", ""),
                service("shop")
                    .replace("name: shop}", "name: shop, labels: {" + bare(service) + "}}"))
            .world();
    assertThat(world.find("shop.default", 80).getClass().getSimpleName()).isEqualTo(answer);
    assertThat(world.find("shop.default", 81).getClass().getSimpleName()).isEqualTo("Unknown");
  }

  @ParameterizedTest
  @CsvSource({
    "Same,'',NotOurs",
    "All,'',Found",
    "Selector,team: red,Found",
    "Selector,team: blue,NotOurs",
    "None,'',NotOurs"
  })
  void anotherNamespaceMayUseTheWaypointWhenItsListenerAllows(
      String from, String selector, String answer) {
    String allowed =
        ", allowedRoutes: {namespaces: {from: %s, selector: {matchLabels: {%s}}}}"
            .formatted(from, selector);
    World world =
        Yaml.of(
                namespace(
                    "default",
                    "team: red, istio.io/use-waypoint: waypoint,"
                        + " istio.io/use-waypoint-namespace: edge"),
                gateway("edge", "waypoint", "vertx-waypoint", "", allowed),
                service("shop"))
            .world();
    assertThat(world.find("shop.default.svc", 80).getClass().getSimpleName()).isEqualTo(answer);
  }

  @ParameterizedTest
  @CsvSource({
    "'',Found,NotOurs",
    "service,Found,NotOurs",
    "workload,NotOurs,Found",
    "all,Found,Found",
    "none,NotOurs,NotOurs"
  })
  void waypointForSaysWhetherServicesOrPodsAreBound(String type, String service, String pod) {
    String label = type.isEmpty() ? "" : "istio.io/waypoint-for: " + type;
    World world =
        Yaml.of(
                namespace("default", "istio.io/use-waypoint: waypoint"),
                gateway("default", "waypoint", "vertx-waypoint", label, ""),
                service("shop"),
                pod("shop", "10.1.0.7"))
            .world();
    assertThat(world.find("shop", 80).getClass().getSimpleName()).isEqualTo(service);
    assertThat(world.find("10.1.0.7", 8080).getClass().getSimpleName()).isEqualTo(pod);
    assertThat(world.find("10.1.0.7", 9999).getClass().getSimpleName()).isEqualTo(pod);
    assertThat(world.find("10.1.0.8", 8080)).isEqualTo(Lookup.UNKNOWN);
  }

  @Test
  void theLabelOfAPodBindsItAndADeploymentsIsTheOneOfItsTemplate() {
    String deployment =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %s, labels: {istio.io/use-waypoint: %s}}
        spec: {template: {metadata: {labels: {app: x, istio.io/use-waypoint: %s}}}}
        """;
    World world =
        Yaml.of(
                gateway("default", "waypoint", "vertx-waypoint", "istio.io/waypoint-for: all", ""),
                deployment.formatted("a", "none", "waypoint"),
                deployment.formatted("b", "waypoint", "none"))
            .world();
    assertThat(world.workloads().getFirst().binding()).isEqualTo(Binding.OURS);
    assertThat(world.workloads().getLast().binding()).isEqualTo(Binding.UNBOUND);
  }

  @Test
  void aPodsAnyPortLeadsToThatPortAndToNoOtherPod() {
    World world =
        Yaml.of(
                namespace("default", "istio.io/use-waypoint: waypoint"),
                gateway("default", "waypoint", "vertx-waypoint", "istio.io/waypoint-for: all", ""),
                pod("shop", "10.1.0.7"))
            .world();
    for (int port : new int[] {8080, 7777}) {
      assertThat(found(world, "10.1.0.7", port))
          .satisfies(d -> {
            assertThat(d.workload()).isTrue();
            assertThat(d.routes().producer()).isNull();
            assertThat(d.endpoints().endpoints())
                .singleElement()
                .satisfies(e -> assertThat(e.address()).hasToString("/10.1.0.7:" + port));
          });
    }
  }

  @Test
  void ourOwnPodsAndAddressesAreNobodysDestination() {
    String own =
        pod("waypoint", "10.1.0.99")
            .replace("labels: {", "labels: {gateway.networking.k8s.io/gateway-name: waypoint, ");
    World world = Yaml.of(Yaml.MESH, own).world();
    assertThat(world.find("10.1.0.99", 15008)).isEqualTo(Lookup.UNKNOWN);
    assertThat(world.find("127.0.0.1", 15000)).isEqualTo(Lookup.UNKNOWN);
    assertThat(world.workloads()).isEmpty();
  }

  @Test
  void severalGatewaysOfOurClassNeedAName() {
    String[] documents = {
      gateway("default", "a", "vertx-waypoint", "", ""),
      gateway("default", "b", "vertx-waypoint", "", "")
    };
    Translation unnamed = Yaml.of(documents);
    assertThat(Yaml.words(unnamed)).anyMatch(w -> w.startsWith("error WP2006"));
    Scope scope = Scope.of(GatewayName.parse("default/b"));
    Translation named = Yaml.of(scope, LocalTable.ANNOTATED, documents);
    assertThat(named.problems()).isEmpty();
    assertThat(named.world().gateway()).isEqualTo(new GatewayName("default", "b"));
  }

  @Test
  void withoutGatewayNothingIsServed() {
    Translation translation =
        Yaml.of(namespace("default", "istio.io/use-waypoint: waypoint"), service("shop"));
    assertThat(translation.isRefused()).isFalse();
    assertThat(Yaml.words(translation))
        .containsExactly(
            "warning WP2005 there is no Gateway of class vertx-waypoint: nothing is served",
            "warning WP2012 Gateway default/waypoint does not exist");
    assertThat(translation.world().find("shop.default", 80)).isEqualTo(Lookup.NOT_OURS);
    assertThat(translation.world().services().getFirst().binding())
        .isEqualTo(new Binding.Another(new GatewayName("default", "waypoint")));
  }

  @Test
  void aGatewayOfUnknownShapeIsRefused() {
    String gateway = gateway("default", "a", "vertx-waypoint", "", "");
    assertThat(Yaml.errors(Yaml.of(gateway.replace("listeners:", "listener:"))))
        .contains("5:3 UNKNOWN_FIELD");
    assertThat(Yaml.errors(Yaml.of(gateway.replace("port: 15008, ", ""))))
        .containsExactly("5:15 MISSING_FIELD");
  }

  static String namespace(String name, String labels) {
    return "apiVersion: v1\nkind: Namespace\nmetadata: {name: %s, labels: {%s}}\n"
        .formatted(name, bare(labels));
  }

  static String gateway(
      String namespace, String name, String gatewayClass, String labels, String listener) {
    return "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\n"
        + "metadata: {name: %s, namespace: %s, labels: {%s}}\nspec:\n  %s\n  gatewayClassName: %s\n"
            .formatted(name, namespace, labels, LISTENERS.formatted(listener), gatewayClass);
  }

  private static String bare(@org.jspecify.annotations.Nullable String labels) {
    return labels == null ? "" : labels.replace("\"", "");
  }
}
