// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.waypoint.config.ReadObject;
import io.waypoint.config.Source;
import io.waypoint.discovery.translate.LocalTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an object: a cluster has far more of it than a proxy needs, and all of it would
 * have to be held in memory.
 */
final class Intake {
  private static final Set<String> STATUS_IS_OURS =
      Set.of("GatewayClass", "Gateway", "HTTPRoute", "GRPCRoute", "BackendTLSPolicy");

  private Intake() {}

  static KubeObject read(KubeKind kind, GenericKubernetesResource resource) {
    ObjectMeta metadata = resource.getMetadata();
    String namespace = Objects.requireNonNullElse(metadata.getNamespace(), "");
    String version = Objects.requireNonNullElse(metadata.getResourceVersion(), "");
    ReadObject document =
        kind.kept()
            ? ReadObject.of(
                Source.version(kind.kind(), namespace, metadata.getName(), version),
                document(kind, resource))
            : null;
    return new KubeObject(
        kind.kind(),
        namespace,
        metadata.getName(),
        Objects.requireNonNullElse(metadata.getUid(), ""),
        Objects.requireNonNullElse(metadata.getGeneration(), 0L),
        version,
        document,
        STATUS_IS_OURS.contains(kind.kind()) ? resource.get("status") : null);
  }

  private static Map<String, @Nullable Object> document(
      KubeKind kind, GenericKubernetesResource resource) {
    Map<String, @Nullable Object> kept = new LinkedHashMap<>();
    kept.put("apiVersion", kind.group().isEmpty() ? "v1" : kind.group() + "/v1");
    kept.put("kind", kind.kind());
    kept.put("metadata", metadata(kind, resource.getMetadata()));
    Map<String, Object> all = resource.getAdditionalProperties();
    switch (kind.kind()) {
      case "Pod" -> {
        kept.put("spec", Slim.podSpec(all.get("spec")));
        kept.put("status", Slim.podStatus(all.get("status")));
      }
      case "Service" -> kept.put("spec", Slim.serviceSpec(all.get("spec")));
      case "EndpointSlice" -> {
        kept.put("ports", all.get("ports"));
        kept.put("endpoints", Slim.endpoints(all.get("endpoints")));
      }
      case "ConfigMap" -> kept.put("data", Slim.fields(all.get("data"), Set.of("mesh", "ca.crt")));
      case "Namespace" -> {}
      default -> {
        // Whatever else there is, the reader may have to complain about it.
        all.forEach((field, value) -> {
          if (!field.equals("status")) {
            kept.put(field, value);
          }
        });
      }
    }
    return kept;
  }

  private static Map<String, @Nullable Object> metadata(KubeKind kind, ObjectMeta metadata) {
    Map<String, @Nullable Object> kept = new LinkedHashMap<>();
    kept.put("name", metadata.getName());
    put(kept, "namespace", metadata.getNamespace());
    put(kept, "creationTimestamp", metadata.getCreationTimestamp());
    put(kept, "deletionTimestamp", metadata.getDeletionTimestamp());
    put(kept, "labels", metadata.getLabels());
    put(kept, "annotations", annotations(metadata.getAnnotations()));
    if (kind.kind().equals("Pod")) {
      put(kept, "ownerReferences", owners(metadata.getOwnerReferences()));
    }
    return kept;
  }

  /**
   * Those of Istio and ours. Where a process of this machine listens is for a laptop: in a cluster
   * it would let whoever writes a Pod send our requests to our own ports.
   */
  private static @Nullable Map<String, String> annotations(@Nullable Map<String, String> all) {
    if (all == null) {
      return null;
    }
    Map<String, String> kept = new LinkedHashMap<>();
    all.forEach((name, value) -> {
      boolean known = name.contains("istio.io/") || name.startsWith("waypoint.dev/");
      if (known && !name.equals(LocalTable.ANNOTATION)) {
        kept.put(name, value);
      }
    });
    return kept.isEmpty() ? null : kept;
  }

  private static @Nullable List<Map<String, String>> owners(@Nullable List<OwnerReference> all) {
    return all == null || all.isEmpty()
        ? null
        : all.stream()
            .map(owner -> Map.of("kind", owner.getKind(), "name", owner.getName()))
            .toList();
  }

  private static void put(Map<String, @Nullable Object> map, String field, @Nullable Object value) {
    if (value != null) {
      map.put(field, value);
    }
  }
}
