// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.filters.FilterCatalog;
import io.waypoint.filters.FilterChain;
import io.waypoint.routing.BackendChoice;
import io.waypoint.routing.RouteRule;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.world.World;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The chains of the current world, built when a rule is first used. One for each event loop. */
final class RouteFilters {
  private @Nullable World world;

  /** A choice exists once in a world, in one rule: its identity says it all. */
  private final IdentityHashMap<BackendChoice, FilterChain> chains = new IdentityHashMap<>();

  private final IdentityHashMap<Backend, BackendChoice.Forward> pinned = new IdentityHashMap<>();

  /** Of a backend that a session has chosen, whatever its weight. */
  BackendChoice.Forward forward(World current, Backend backend, EndpointSet endpoints) {
    turn(current);
    BackendChoice.Forward known = pinned.get(backend);
    if (known == null) {
      known = new BackendChoice.Forward(backend, endpoints);
      pinned.put(backend, known);
    }
    return known;
  }

  private void turn(World current) {
    if (world != current) {
      world = current;
      chains.clear();
      pinned.clear();
    }
  }

  /** The rule's filters, then those of the backend chosen within it. */
  FilterChain of(World current, RouteRule rule, BackendChoice choice) {
    List<FilterSpec> ofRule = rule.filters();
    List<FilterSpec> ofBackend =
        choice instanceof BackendChoice.Forward to ? to.backend().filters() : List.of();
    if (ofRule.isEmpty() && ofBackend.isEmpty()) {
      return FilterChain.EMPTY;
    }
    turn(current);
    FilterChain chain = chains.get(choice);
    if (chain == null) {
      chain = FilterCatalog.chain(rule.rule(), ofBackend);
      chains.put(choice, chain);
    }
    return chain;
  }
}
