// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.waypoint.config.ReadObject;
import io.waypoint.config.Source;
import io.waypoint.discovery.kube.KubeObject;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The status of classes and Gateways as a controller of the cluster writes it: the same words, the
 * same fields and the same field manager as a waypoint that stands alone.
 */
public final class GatewayReport {
  private final StatusApi api;
  private final InstantSource clock;

  /**
   * What there is to say of a Gateway beside what it says itself.
   *
   * @param address the host name under which callers find somebody; null when not yet
   * @param parameters why its {@code infrastructure} cannot be done, a line each
   * @param obstacles what keeps its objects from being as they should, a line each
   */
  public record Findings(
      @Nullable String address, List<String> parameters, List<String> obstacles) {}

  public GatewayReport(KubernetesClient client, InstantSource clock) {
    this.api = new StatusApi(client);
    this.clock = clock;
  }

  /**
   * Writes the status of a class of ours, unless it says the same already.
   *
   * @return whether it was written
   */
  public boolean gatewayClass(GenericKubernetesResource gatewayClass) {
    KubeObject object = object(gatewayClass);
    Map<String, Object> status = GatewayStatus.gatewayClass(object, true, clock.instant());
    if (status != null) {
      api.apply(object.kind(), object.namespace(), object.name(), status);
    }
    return status != null;
  }

  /**
   * Writes the status of a Gateway of ours, unless it says the same already. An address that is
   * there stays, whatever is found.
   *
   * @return whether it was written
   */
  public boolean gateway(GenericKubernetesResource gateway, Findings findings) {
    KubeObject object = object(gateway);
    Map<String, Object> status = GatewayStatus.gateway(object, findings, clock.instant());
    if (status != null) {
      api.apply(object.kind(), object.namespace(), object.name(), status);
    }
    return status != null;
  }

  /** The host name in a Gateway's status; null when it has none. */
  public static @Nullable String published(GenericKubernetesResource gateway) {
    return GatewayStatus.published(object(gateway));
  }

  /** What has to be granted so that the status of a kind can be written. */
  public static String permission(String kind) {
    return "ClusterRole " + StatusApi.permission(kind);
  }

  private static KubeObject object(GenericKubernetesResource resource) {
    String namespace = Objects.requireNonNullElse(resource.getMetadata().getNamespace(), "");
    String name = resource.getMetadata().getName();
    String version = Objects.requireNonNullElse(resource.getMetadata().getResourceVersion(), "");
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("spec", Objects.requireNonNullElse(resource.get("spec"), Map.of()));
    return new KubeObject(
        resource.getKind(),
        namespace,
        name,
        Objects.requireNonNullElse(resource.getMetadata().getUid(), ""),
        Objects.requireNonNullElse(resource.getMetadata().getGeneration(), 0L),
        version,
        ReadObject.of(Source.version(resource.getKind(), namespace, name, version), document),
        resource.get("status"));
  }
}
