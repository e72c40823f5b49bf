// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Problem;
import io.waypoint.discovery.Manifest;
import io.waypoint.discovery.verdict.RouteFacts;
import io.waypoint.discovery.verdict.RouteFacts.Standing;
import io.waypoint.world.Binding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of one route and of each of its parents: the facts for its status. */
final class AttachedRoute {
  /**
   * A port that a parent reference leads to.
   *
   * @param key of the port, as {@link RouteReader#key} makes it
   * @param callers whom the route is for there
   */
  record Place(String key, int port, String callers) {}

  private record Parent(ParentRef ref, List<ServiceSpec> services, List<Place> places) {}

  private final Manifest manifest;
  private final List<Parent> parents = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final List<ParentRef> conflicted = new ArrayList<>();

  AttachedRoute(Manifest manifest) {
    this.manifest = manifest;
  }

  void parent(ParentRef ref, List<ServiceSpec> services, List<Place> places) {
    parents.add(new Parent(ref, services, places));
  }

  void found(List<Problem> found) {
    problems.addAll(found);
  }

  /** Says where another kind of route takes precedence, once all routes are known. */
  void settle(Map<String, PortRoutes> byPort) {
    if (!manifest.kind().equals(Kinds.GRPC_ROUTE)) {
      found(manifest.doc().problemsOf(() -> parents.forEach(parent -> settle(parent, byPort))));
    }
  }

  private void settle(Parent parent, Map<String, PortRoutes> byPort) {
    int lost = 0;
    for (Place place : parent.places) {
      PortRoutes routes = byPort.get(place.key);
      Manifest winner = routes == null ? null : routes.grpc(place.callers);
      if (winner != null) {
        lost++;
        parent
            .ref
            .doc()
            .warning(
                Code.ROUTE_CONFLICT,
                "GRPCRoute %s is attached to port %d: HTTPRoutes have no effect there"
                    .formatted(winner.key(), place.port));
      }
    }
    if (lost > 0 && lost == parent.places.size()) {
      conflicted.add(parent.ref);
    }
  }

  RouteFacts facts(Bindings bindings, @Nullable GatewaySpec ours) {
    return new RouteFacts(
        manifest.kind(),
        manifest.namespace(),
        manifest.name(),
        manifest.position(),
        manifest.spec().field("rules").list().size(),
        false,
        parents.stream().map(parent -> fact(parent, bindings, ours)).toList(),
        problems,
        ours == null ? "none" : ours.name().toString());
  }

  private RouteFacts.Parent fact(Parent parent, Bindings bindings, @Nullable GatewaySpec ours) {
    ParentRef ref = parent.ref;
    Binding binding =
        parent.services.isEmpty()
            ? Binding.UNBOUND
            : bindings.ofService(parent.services.getFirst());
    String name = ref.kind() + " " + ref.namespace() + "/" + ref.name();
    return new RouteFacts.Parent(
        ref.written(), ref.namespace(), name, standing(parent, binding, ours), binding);
  }

  private Standing standing(Parent parent, Binding binding, @Nullable GatewaySpec ours) {
    ParentRef ref = parent.ref;
    if (!ref.isService()) {
      boolean gateway =
          ours != null
              && ref.kind().equals("Gateway")
              && ref.namespace().equals(ours.name().namespace())
              && ref.name().equals(ours.name().name());
      return gateway ? Standing.GATEWAY : Standing.NOT_OURS;
    }
    if (parent.services.isEmpty()) {
      return Standing.NO_SUCH_SERVICE;
    }
    return switch (binding) {
      case Binding.Another _ -> Standing.NOT_OURS;
      case Binding.Unbound _ -> Standing.LEFT;
      case Binding.Ours _ ->
          parent.places.isEmpty()
              ? Standing.NO_SUCH_PORT
              : conflicted.contains(ref) ? Standing.CONFLICTED : Standing.SERVED;
    };
  }
}
