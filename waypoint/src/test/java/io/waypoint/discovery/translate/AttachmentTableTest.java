// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static io.waypoint.discovery.translate.Yaml.found;
import static io.waypoint.discovery.translate.Yaml.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.world.World;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which policy reaches which destination of a waypoint: Istio's matching, row by row. */
class AttachmentTableTest {
  private static final String GROUP = "gateway.networking.k8s.io";

  /** The waypoint is edge/waypoint; services are default/shop and default/cart. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          default     | kind: Service, group: "", name: nobody       | no   | no   | no
          default     | kind: Service, group: "", name: shop         | yes  | no   | no
          default     | kind: Service, group: core, name: shop       | yes  | no   | no
          edge        | kind: Service, group: "", name: shop         | no   | no   | no
          istio-system| kind: Service, group: "", name: shop         | no   | no   | no
          edge        | kind: Gateway, group: GROUP, name: waypoint  | yes  | yes  | yes
          edge        | kind: Gateway, group: GROUP, name: other     | no   | no   | no
          default     | kind: Gateway, group: GROUP, name: waypoint  | no   | no   | no
          istio-system| kind: Gateway, group: GROUP, name: waypoint  | no   | no   | no
          istio-system| kind: GatewayClass, group: GROUP, name: vertx-waypoint | yes | yes | yes
          istio-system| kind: GatewayClass, group: GROUP, name: istio-waypoint | no | no | no
          default     | kind: GatewayClass, group: GROUP, name: vertx-waypoint | no | no | no
          edge        | kind: GatewayClass, group: GROUP, name: vertx-waypoint | no | no | no
          default     | kind: ServiceEntry, group: networking.istio.io, name: shop | no | no | no
          default     | -                                            | no   | no   | no
          edge        | -                                            | no   | no   | no
          istio-system| -                                            | no   | no   | no
          """)
  void attaches(String namespace, String target, String shop, String cart, String pod) {
    String refs =
        target.equals("-") ? "" : " targetRefs: [{" + target.replace("GROUP", GROUP) + "}]\n";
    String policy =
        "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\n"
            + "metadata: {name: p, namespace: %s}\nspec:\n%s rules: [{}]\n"
                .formatted(namespace, refs);
    World world =
        Yaml.of(
                BindingTest.namespace(
                    "default",
                    "istio.io/use-waypoint: waypoint, istio.io/use-waypoint-namespace: edge"),
                BindingTest.gateway(
                    "edge",
                    "waypoint",
                    "vertx-waypoint",
                    "istio.io/waypoint-for: all",
                    ", allowedRoutes: {namespaces: {from: All}}"),
                Yaml.service("shop"),
                Yaml.service("cart"),
                pod("shop", "10.1.0.7"),
                policy)
            .world();
    assertThat(guarded(world, "shop.default")).isEqualTo(shop);
    assertThat(guarded(world, "cart.default")).isEqualTo(cart);
    assertThat(found(world, "10.1.0.7", 8080).policies().dump().isEmpty() ? "no" : "yes")
        .isEqualTo(pod);
    assertThat(found(world, "10.1.0.7", 4444).policies().dump().isEmpty() ? "no" : "yes")
        .isEqualTo(pod);
  }

  private static String guarded(World world, String host) {
    return found(world, host, 80).policies().dump().isEmpty() ? "no" : "yes";
  }

  /** Policies for the class that a drop-in replaces go on to hold, when its Gateway says so. */
  @ParameterizedTest
  @CsvSource({"istio-waypoint, yes", "other, no", "'', no"})
  void aGatewayMayStandInForAnotherClass(String standsInFor, String guarded) {
    World world =
        Yaml.of(
                BindingTest.namespace("default", "istio.io/use-waypoint: waypoint"),
                BindingTest.gateway(
                        "default", "waypoint", "vertx-waypoint", "istio.io/waypoint-for: all", "")
                    .replaceFirst(
                        "labels: ",
                        "annotations: {waypoint.dev/stands-in-for: \"%s\"}, labels: "
                            .formatted(standsInFor)),
                Yaml.service("shop"),
                """
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p, namespace: istio-system}
                spec:
                  targetRefs: [{kind: GatewayClass, group: GROUP, name: istio-waypoint}]
                  rules: [{}]
                """
                    .replace("GROUP", GROUP))
            .world();
    assertThat(guarded(world, "shop.default")).isEqualTo(guarded);
  }
}
