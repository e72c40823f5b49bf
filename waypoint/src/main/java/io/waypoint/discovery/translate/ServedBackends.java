// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.Route;
import io.waypoint.routing.model.Rule;
import io.waypoint.world.Binding;
import io.waypoint.world.MeshSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where this waypoint sends requests: the services that are bound to it, and the backends of their
 * routes. What is said of other services is for other waypoints to obey.
 *
 * @param keys of services that are served
 * @param names {@code namespace/name} and host names to which routes send
 */
record ServedBackends(Set<String> keys, Set<String> names, String clusterDomain) {
  static ServedBackends of(
      Objects objects, Bindings bindings, Map<PortKey, PortRoutes> routes, MeshSettings mesh) {
    Set<String> keys = new HashSet<>();
    for (ServiceSpec service : objects.services()) {
      if (bindings.ofService(service) instanceof Binding.Ours) {
        keys.add(service.key());
      }
    }
    Set<String> names = new HashSet<>();
    routes.forEach((port, found) -> {
      if (keys.contains(port.service())) {
        found.inForce().values().forEach(list -> add(list, names));
      }
    });
    return new ServedBackends(keys, names, mesh.clusterDomain());
  }

  private static void add(List<Route> routes, Set<String> names) {
    for (Route route : routes) {
      for (Rule rule : route.rules()) {
        rule.filters().forEach(filter -> add(filter, names));
        for (Backend backend : rule.backends()) {
          add(backend, names);
          backend.filters().forEach(filter -> add(filter, names));
        }
      }
    }
  }

  private static void add(FilterSpec filter, Set<String> names) {
    if (filter instanceof FilterSpec.ExternalAuth auth) {
      add(auth.backend(), names);
    } else if (filter instanceof FilterSpec.GlobalRateLimit limit) {
      add(limit.service(), names);
    } else if (filter instanceof FilterSpec.RequestMirror mirror) {
      add(mirror.backend(), names);
    }
  }

  private static void add(Backend backend, Set<String> names) {
    names.add(backend.namespace() + "/" + backend.name());
    names.add(backend.name());
  }

  boolean has(ServiceSpec service) {
    return keys.contains(service.key())
        || names.contains(service.namespace() + "/" + service.name()) && !service.isEntry()
        || names.contains(service.hostname(clusterDomain));
  }
}
