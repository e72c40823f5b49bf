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
  private final ReadRoute route;
  private final Manifest manifest;
  private final List<Problem> problems;
  private final List<ParentRef> conflicted = new ArrayList<>();

  AttachedRoute(ReadRoute route) {
    this.route = route;
    this.manifest = route.manifest();
    this.problems = new ArrayList<>(route.problems());
  }

  /** Says where another kind of route takes precedence, once all routes are known. */
  void settle(Map<PortKey, PortRoutes> byPort) {
    if (!manifest.kind().equals(Kinds.GRPC_ROUTE)) {
      problems.addAll(
          manifest
              .doc()
              .problemsOf(() -> route.parents().forEach(parent -> settle(parent, byPort))));
    }
  }

  private void settle(ReadRoute.Parent parent, Map<PortKey, PortRoutes> byPort) {
    int lost = 0;
    for (ReadRoute.Place place : parent.places()) {
      PortRoutes routes = byPort.get(place.port());
      Manifest winner = routes == null ? null : routes.grpc(place.callers());
      if (winner != null) {
        lost++;
        parent
            .ref()
            .doc()
            .warning(
                Code.ROUTE_CONFLICT,
                "GRPCRoute %s is attached to port %d: HTTPRoutes have no effect there"
                    .formatted(winner.key(), place.port().port()));
      }
    }
    if (lost > 0 && lost == parent.places().size()) {
      conflicted.add(parent.ref());
    }
  }

  /**
   * @param kept those of the world before
   */
  RouteFacts facts(Bindings bindings, @Nullable GatewaySpec ours, KeptRoutes kept) {
    List<Binding> bound = new ArrayList<>(route.parents().size());
    for (ReadRoute.Parent parent : route.parents()) {
      bound.add(
          parent.services().isEmpty()
              ? Binding.UNBOUND
              : bindings.ofService(parent.services().getFirst()));
    }
    boolean alone = problems.size() == route.problems().size() && conflicted.isEmpty();
    return alone ? kept.facts(route, bound, ours, () -> facts(bound, ours)) : facts(bound, ours);
  }

  private RouteFacts facts(List<Binding> bound, @Nullable GatewaySpec ours) {
    List<RouteFacts.Parent> facts = new ArrayList<>();
    for (int i = 0; i < bound.size(); i++) {
      ReadRoute.Parent parent = route.parents().get(i);
      ParentRef ref = parent.ref();
      String name = ref.kind() + " " + ref.namespace() + "/" + ref.name();
      Standing standing = standing(parent, bound.get(i), ours);
      facts.add(
          new RouteFacts.Parent(ref.written(), ref.namespace(), name, standing, bound.get(i)));
    }
    return new RouteFacts(
        manifest.kind(),
        manifest.namespace(),
        manifest.name(),
        manifest.position(),
        manifest.spec().field("rules").list().size(),
        false,
        facts,
        problems,
        ours == null ? "none" : ours.name().toString());
  }

  private Standing standing(ReadRoute.Parent parent, Binding binding, @Nullable GatewaySpec ours) {
    ParentRef ref = parent.ref();
    if (!ref.isService()) {
      boolean gateway =
          ours != null
              && ref.kind().equals("Gateway")
              && ref.namespace().equals(ours.name().namespace())
              && ref.name().equals(ours.name().name());
      return gateway ? Standing.GATEWAY : Standing.NOT_OURS;
    }
    if (parent.services().isEmpty()) {
      return Standing.NO_SUCH_SERVICE;
    }
    return switch (binding) {
      case Binding.Another _ -> Standing.NOT_OURS;
      case Binding.Unbound _ -> Standing.LEFT;
      case Binding.Ours _ ->
          parent.places().isEmpty()
              ? Standing.NO_SUCH_PORT
              : conflicted.contains(ref) ? Standing.CONFLICTED : Standing.SERVED;
    };
  }
}
