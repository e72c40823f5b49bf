// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.discovery.Manifest;
import io.waypoint.routing.model.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one port of a service. Those for one namespace's callers replace those for
 * everybody, and where a GRPCRoute is attached HTTPRoutes have no say (GEP-1294): the sets are not
 * merged.
 */
final class PortRoutes {
  /** Whom the routes of the service's own namespace are for. */
  static final String EVERYBODY = "";

  /**
   * @param route null when none of its rules can match
   */
  private record Entry(Manifest manifest, @Nullable Route route) {
    boolean isGrpc() {
      return manifest.kind().equals(Kinds.GRPC_ROUTE);
    }
  }

  private final Map<String, List<Entry>> byCallers = new TreeMap<>();

  /** A route that names one parent twice is there once. */
  void add(String callers, Manifest manifest, @Nullable Route route) {
    List<Entry> entries = byCallers.computeIfAbsent(callers, _ -> new ArrayList<>());
    if (entries.stream().noneMatch(entry -> entry.manifest.equals(manifest))) {
      entries.add(new Entry(manifest, route));
    }
  }

  /** The GRPCRoute for which HTTPRoutes have to stand back, or null. */
  @Nullable Manifest grpc(String callers) {
    return byCallers.getOrDefault(callers, List.of()).stream()
        .filter(Entry::isGrpc)
        .map(Entry::manifest)
        .findFirst()
        .orElse(null);
  }

  /** The routes that count, by whom they are for; an empty list answers 404. */
  Map<String, List<Route>> inForce() {
    Map<String, List<Route>> inForce = new TreeMap<>();
    byCallers.forEach((callers, entries) -> {
      boolean grpc = entries.stream().anyMatch(Entry::isGrpc);
      List<Route> routes = new ArrayList<>();
      for (Entry entry : entries) {
        if (entry.isGrpc() == grpc && entry.route != null) {
          routes.add(entry.route);
        }
      }
      inForce.put(callers, routes);
    });
    return inForce;
  }
}
