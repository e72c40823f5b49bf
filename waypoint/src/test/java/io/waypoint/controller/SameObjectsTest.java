// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.waypoint.chart.Chart;
import io.waypoint.chart.Rendered;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A Gateway has the same waypoint whether Helm or the controller made it. */
class SameObjectsTest {
  private static final String VALUES =
      """
      name: waypoint
      gateway: {create: false}
      tests: {enabled: false}
      rbac: {readerRole: waypoint-reader}
      """;
  private static final String GATEWAY =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: waypoint, namespace: bookinfo, uid: u}
      spec:
        gatewayClassName: vertx-waypoint
        listeners: [{name: mesh, port: 15008, protocol: HBONE}]
      """;
  private static final String CLASS =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: GatewayClass
      metadata: {name: vertx-waypoint}
      spec: {controllerName: waypoint.dev/gateway-controller}
      """;

  private static GenericKubernetesResource read(String yaml) {
    return Serialization.unmarshal(yaml, GenericKubernetesResource.class);
  }

  @Test
  void chartAndControllerDrawTheSame() {
    Map<String, Rendered> charts =
        Chart.render(VALUES).stream().collect(Collectors.toMap(Rendered::kind, o -> o));
    List<Blueprint.Drawn> drawn =
        new Blueprint(Facts.defaults().over(Map.of("managedBy", "Helm")))
            .draw(ManagedGateway.of(read(GATEWAY), read(CLASS)), Parameters.NONE);

    assertThat(drawn).hasSameSizeAs(charts.keySet());
    for (Blueprint.Drawn object : drawn) {
      Map<String, Object> tree = Chart.tree(Trees.yaml(object.tree()));
      // That it belongs to its Gateway is all that the controller adds.
      Objects.requireNonNull((Map<?, ?>) tree.get("metadata")).remove("ownerReferences");
      assertThat(tree)
          .as(object.label())
          .isEqualTo(Objects.requireNonNull(charts.get(object.kind().kind)).tree());
    }
  }
}
