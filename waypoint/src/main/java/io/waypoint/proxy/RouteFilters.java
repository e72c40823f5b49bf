// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.filters.FilterCatalog;
import io.waypoint.filters.FilterChain;
import io.waypoint.routing.BackendChoice;
import io.waypoint.routing.RouteRule;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.FaultRule;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.FilterSpec.Fault;
import io.waypoint.world.World;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The chains of the current world, built when a rule is first used. One for each event loop. */
final class RouteFilters {
  private @Nullable World world;

  /** A choice exists once in a world, in one rule: its identity says it all. */
  private final IdentityHashMap<BackendChoice, FilterChain> chains = new IdentityHashMap<>();

  private final IdentityHashMap<Backend, BackendChoice.Forward> pinned = new IdentityHashMap<>();

  /** The same of requests that are broken on purpose, under the rule that does so. */
  private final IdentityHashMap<FaultRule, Broken> broken = new IdentityHashMap<>();

  private static final class Broken {
    final IdentityHashMap<BackendChoice, FilterChain> chains = new IdentityHashMap<>();
    final FilterChain unrouted;

    Broken(Fault fault) {
      unrouted = FilterCatalog.chain(fault);
    }
  }

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
      broken.clear();
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

  /** The same of a request that a fault is meant for. */
  FilterChain of(World current, RouteRule rule, BackendChoice choice, FaultRule fault) {
    turn(current);
    Broken chains = broken(fault);
    FilterChain chain = chains.chains.get(choice);
    if (chain == null) {
      List<FilterSpec> ofBackend =
          choice instanceof BackendChoice.Forward to ? to.backend().filters() : List.of();
      chain = FilterCatalog.chain(rule.rule(), ofBackend, Objects.requireNonNull(fault.fault()));
      chains.chains.put(choice, chain);
    }
    return chain;
  }

  /** Of a request without a route that a fault is meant for. */
  FilterChain of(World current, FaultRule fault) {
    turn(current);
    return broken(fault).unrouted;
  }

  private Broken broken(FaultRule fault) {
    Broken known = broken.get(fault);
    if (known == null) {
      known = new Broken(Objects.requireNonNull(fault.fault()));
      broken.put(fault, known);
    }
    return known;
  }
}
