// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All objects, by what others ask of them. */
final class Objects {
  private final Map<String, List<Manifest>> byKind = new HashMap<>();
  private final Map<String, Manifest> byKey = new HashMap<>();
  private final Map<String, ServiceSpec> servicesByKey = new TreeMap<>();
  private final List<ServiceSpec> services;

  /**
   * @param told services that need not be written, or null
   */
  Objects(List<Manifest> manifests, @Nullable ToldServices told) {
    for (Manifest manifest : manifests) {
      byKind.computeIfAbsent(manifest.kind(), _ -> new ArrayList<>()).add(manifest);
      byKey.put(manifest.kind() + " " + manifest.key(), manifest);
    }
    for (Manifest manifest : of("Service")) {
      ServiceSpec service = ServiceReader.read(manifest);
      if (service != null) {
        servicesByKey.put(service.key(), service);
      }
    }
    if (told != null) {
      told.join(this, servicesByKey);
    }
    services = List.copyOf(servicesByKey.values());
  }

  /** The objects of a kind, by namespace and name. */
  List<Manifest> of(String kind) {
    return byKind.getOrDefault(kind, List.of());
  }

  @Nullable Manifest find(String kind, String namespace, String name) {
    return byKey.get(kind + " " + (namespace.isEmpty() ? name : namespace + "/" + name));
  }

  /** By namespace and name. */
  List<ServiceSpec> services() {
    return services;
  }

  @Nullable ServiceSpec service(String namespace, String name) {
    return servicesByKey.get(namespace + "/" + name);
  }

  /** The services of a ServiceEntry: one for each of its hosts. */
  List<ServiceSpec> entries(String namespace, String name) {
    return services.stream()
        .filter(service -> service.known() != null && !service.known().kubernetes())
        .filter(service -> service.namespace().equals(namespace) && service.name().equals(name))
        .toList();
  }

  boolean hasAccount(String namespace, String name) {
    return find("ServiceAccount", namespace, name) != null;
  }

  /** A label of a namespace; empty when either is missing. */
  String namespaceLabel(String namespace, String label) {
    Manifest manifest = find("Namespace", "", namespace);
    return manifest == null ? "" : manifest.label(label).text("");
  }

  /** A label where it is written; null when the namespace is not in the configuration. */
  @Nullable Doc namespaceLabelDoc(String namespace, String label) {
    Manifest manifest = find("Namespace", "", namespace);
    return manifest == null ? null : manifest.label(label);
  }

  Map<String, String> namespaceLabels(String namespace) {
    Manifest manifest = find("Namespace", "", namespace);
    Map<String, String> labels = new HashMap<>(manifest == null ? Map.of() : manifest.labels());
    labels.put("kubernetes.io/metadata.name", namespace);
    return labels;
  }
}
