// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.waypoint.discovery.kube.KubeSettings;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What of a Gateway says how its waypoint is to be.
 *
 * @param waypointFor which traffic it is for; the Gateway's own label before its class's
 * @param deployed whether its author runs the waypoint himself and says where: {@code
 *     spec.addresses}
 */
record ManagedGateway(
    String namespace,
    String name,
    String uid,
    String className,
    String waypointFor,
    Infrastructure infrastructure,
    boolean deployed) {
  static final String NAME_LABEL = "gateway.networking.k8s.io/gateway-name";
  static final String NAMESPACE_LABEL = "waypoint.dev/gateway-namespace";

  /** By it our objects are known, and watched. */
  static final String MANAGED_LABEL = "gateway.istio.io/managed";

  static final String MANAGED = "waypoint.dev-gateway-controller";

  private static final String FOR = "istio.io/waypoint-for";
  private static final String NETWORK = "topology.istio.io/network";

  /**
   * {@code spec.infrastructure}.
   *
   * @param parameters the name of a ConfigMap in the Gateway's namespace; null without one
   * @param obstacle why it cannot be done; null when it can
   */
  record Infrastructure(
      Map<String, String> labels,
      Map<String, String> annotations,
      @Nullable String parameters,
      @Nullable String obstacle) {
    static Infrastructure of(@Nullable Object spec) {
      Object reference = Trees.at(spec, "infrastructure", "parametersRef");
      String kind = Trees.text(reference, "kind");
      boolean configMap = kind.equals("ConfigMap") && Trees.text(reference, "group").isEmpty();
      return new Infrastructure(
          Trees.texts(spec, "infrastructure", "labels"),
          Trees.texts(spec, "infrastructure", "annotations"),
          configMap ? Trees.text(reference, "name") : null,
          reference == null || configMap
              ? null
              : "infrastructure.parametersRef names a %s; it can name a ConfigMap (group \"\")"
                  .formatted(kind));
    }
  }

  static ManagedGateway of(
      GenericKubernetesResource gateway, @Nullable GenericKubernetesResource gatewayClass) {
    Object spec = gateway.get("spec");
    Map<String, String> labels =
        Objects.requireNonNullElse(gateway.getMetadata().getLabels(), Map.of());
    String byClass =
        gatewayClass == null
            ? "service"
            : Objects.requireNonNullElse(
                    gatewayClass.getMetadata().getLabels(), Map.<String, String>of())
                .getOrDefault(FOR, "service");
    return new ManagedGateway(
        gateway.getMetadata().getNamespace(),
        gateway.getMetadata().getName(),
        gateway.getMetadata().getUid(),
        Trees.text(spec, "gatewayClassName"),
        labels.getOrDefault(FOR, byClass).toLowerCase(Locale.ROOT),
        Infrastructure.of(spec),
        !Trees.list(spec, "addresses").isEmpty());
  }

  /** Whether a class is one of ours. */
  static boolean isOurs(GenericKubernetesResource gatewayClass) {
    return Trees.text(gatewayClass.get("spec"), "controllerName").equals(KubeSettings.CONTROLLER);
  }

  /** {@code namespace/name} */
  String key() {
    return namespace + "/" + name;
  }

  /** The network that ztunnels of other networks know it by; null without several networks. */
  @Nullable String network() {
    return infrastructure.labels().get(NETWORK);
  }
}
