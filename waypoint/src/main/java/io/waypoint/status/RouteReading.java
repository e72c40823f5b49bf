// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import io.waypoint.config.Problem;
import io.waypoint.discovery.kube.KubeObject;
import io.waypoint.discovery.translate.Translation;
import io.waypoint.discovery.verdict.RouteFacts;
import io.waypoint.discovery.verdict.RouteFacts.Standing;
import io.waypoint.world.Binding;
import io.waypoint.world.GatewayName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The facts on which the verdicts on routes depend: what reading them found, in the light of what a
 * cluster adds.
 *
 * @param siblings the Gateways whose class is ours, too
 * @param routes by object, as {@code kind namespace/name}
 * @param problems by object, of versions that are not in force, too
 * @param held objects whose newest version is not in force
 */
record RouteReading(
    GatewayName gateway,
    Set<GatewayName> siblings,
    Map<String, RouteFacts> routes,
    Map<String, List<Problem>> problems,
    Set<String> held) {
  static RouteReading of(
      GatewayName gateway, Translation translation, Set<GatewayName> siblings, Set<String> held) {
    Map<String, RouteFacts> routes = new HashMap<>();
    for (RouteFacts route : translation.routes()) {
      routes.put(route.kind() + " " + route.namespace() + "/" + route.name(), route);
    }
    Map<String, List<Problem>> byObject = new HashMap<>();
    for (Problem problem : translation.problems()) {
      byObject
          .computeIfAbsent(problem.position().source().name(), _ -> new ArrayList<>())
          .add(problem);
    }
    return new RouteReading(gateway, siblings, routes, byObject, held);
  }

  static String identity(KubeObject route) {
    return route.kind() + " " + route.key();
  }

  /** Null for a route that is not in force in any version. */
  @Nullable RouteFacts facts(KubeObject route) {
    String identity = identity(route);
    RouteFacts read = routes.get(identity);
    if (read == null) {
      return null;
    }
    boolean isHeld = held.contains(identity);
    return read.with(
        isHeld,
        read.parents().stream().map(this::seen).toList(),
        isHeld ? problems.getOrDefault(identity, List.of()) : read.problems());
  }

  /** A service that does not exist is the business of the waypoint of its namespace. */
  private RouteFacts.Parent seen(RouteFacts.Parent parent) {
    boolean elsewhere =
        parent.standing() == Standing.NO_SUCH_SERVICE
            && !parent.namespace().equals(gateway.namespace());
    boolean left =
        parent.binding() instanceof Binding.Another another
            && !siblings.contains(another.waypoint());
    return elsewhere ? parent.with(Standing.NOT_OURS) : left ? parent.with(Standing.LEFT) : parent;
  }
}
