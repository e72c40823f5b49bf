// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.config.Problems;
import io.waypoint.discovery.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All objects, by what others ask of them. */
final class Objects {
  private final Map<String, Map<String, Manifest>> byKind = new HashMap<>();
  private final Map<String, ServiceSpec> servicesByKey = new LinkedHashMap<>();
  private List<ServiceSpec> services;
  private final Map<String, ServiceSpec> entriesByKey = new HashMap<>();
  private @Nullable Map<String, ServiceSpec> byAddress;
  private @Nullable Map<String, List<ServiceSpec>> entries;

  Objects(List<Manifest> manifests) {
    for (Manifest manifest : manifests) {
      byKind
          .computeIfAbsent(manifest.kind(), _ -> new LinkedHashMap<>())
          .put(manifest.key(), manifest);
    }
    for (Manifest manifest : of("Service")) {
      ServiceSpec service = ServiceReader.read(manifest);
      if (service != null) {
        servicesByKey.put(service.key(), service);
      }
    }
    services = sorted();
  }

  /**
   * Hosts of ServiceEntries.
   *
   * @param serve whether they are services by themselves; else they only add to what is told
   */
  void add(List<ServiceSpec> hosts, boolean serve) {
    for (ServiceSpec host : hosts) {
      ServiceSpec other = entriesByKey.putIfAbsent(host.key(), host);
      if (other != null) {
        host.manifest()
            .metadata()
            .field("name")
            .warning(
                Code.ENTRY_NOT_USED,
                "%s is in ServiceEntry %s already".formatted(host.key(), other.name()));
      } else if (serve) {
        servicesByKey.put(host.key(), host);
      }
    }
    services = sorted();
  }

  /** What is written of a host of a ServiceEntry. */
  @Nullable ServiceSpec written(String key) {
    return entriesByKey.get(key);
  }

  /** Services that need not be written. */
  void join(ToldServices told, List<KnownService> known, Problems problems) {
    told.join(known, this, servicesByKey, problems);
    services = sorted();
  }

  private List<ServiceSpec> sorted() {
    List<ServiceSpec> sorted = new ArrayList<>(servicesByKey.values());
    sorted.sort(Comparator.comparing(ServiceSpec::key));
    return sorted;
  }

  /** The objects of a kind, by namespace and name. */
  Collection<Manifest> of(String kind) {
    return byKind.getOrDefault(kind, Map.of()).values();
  }

  @Nullable Manifest find(String kind, String namespace, String name) {
    return find(kind, namespace.isEmpty() ? name : namespace + "/" + name);
  }

  /**
   * @param key {@code namespace/name}
   */
  @Nullable Manifest find(String kind, String key) {
    return byKind.getOrDefault(kind, Map.of()).get(key);
  }

  /** By namespace and name. */
  List<ServiceSpec> services() {
    return services;
  }

  /** Whether the services of both are the very same objects. */
  boolean hasServicesOf(Objects other) {
    return Identity.isSame(services, other.services);
  }

  /** The written Service that has an address, or null. */
  @Nullable ServiceSpec serviceAt(String address) {
    Map<String, ServiceSpec> index = byAddress;
    if (index == null) {
      index = new HashMap<>();
      for (ServiceSpec service : services) {
        for (String each : service.addresses()) {
          index.putIfAbsent(each, service);
        }
      }
      byAddress = index;
    }
    return index.get(address);
  }

  @Nullable ServiceSpec service(String namespace, String name) {
    return servicesByKey.get(namespace + "/" + name);
  }

  /** The services of a ServiceEntry: one for each of its hosts. */
  List<ServiceSpec> entries(String namespace, String name) {
    Map<String, List<ServiceSpec>> index = entries;
    if (index == null) {
      index = new HashMap<>();
      for (ServiceSpec service : services) {
        if (service.isEntry()) {
          index.computeIfAbsent(service.manifest().key(), _ -> new ArrayList<>()).add(service);
        }
      }
      entries = index;
    }
    return index.getOrDefault(namespace + "/" + name, List.of());
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
