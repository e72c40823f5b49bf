// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.filters.FilterCatalog;
import io.waypoint.filters.FilterChain;
import io.waypoint.rbac.Authorizers;
import io.waypoint.routing.BackendChoice;
import io.waypoint.routing.RouteRule;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.FaultRule;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.FilterSpec.Fault;
import io.waypoint.routing.model.Target;
import io.waypoint.world.ExternalAuthorizer;
import io.waypoint.world.FieldSet;
import io.waypoint.world.World;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The chains of the current world, built when a rule is first used. One for each event loop. */
final class RouteFilters {
  private @Nullable World world;

  /** A choice exists once in a world, in one rule: its identity says it all. */
  private final IdentityHashMap<BackendChoice, FilterChain> chains = new IdentityHashMap<>();

  private final IdentityHashMap<FilterSpec.ExternalAuth, ExternalAuthorizer> authorizers =
      new IdentityHashMap<>();

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

  /** Whom a filter asks, as the others are described that are asked. */
  ExternalAuthorizer authorizer(FilterSpec.ExternalAuth auth) {
    ExternalAuthorizer known = authorizers.get(auth);
    if (known == null) {
      known = authorizerOf(auth);
      authorizers.put(auth, known);
    }
    return known;
  }

  private static ExternalAuthorizer authorizerOf(FilterSpec.ExternalAuth auth) {
    boolean grpc = auth.protocol() == FilterSpec.ExternalAuth.Protocol.GRPC;
    var taken =
        new ExternalAuthorizer.Taken(
            auth.taken().isEmpty() ? null : new FieldSet(auth.taken()), null, FieldSet.NONE);
    return new ExternalAuthorizer(
        auth.backend().namespace() + "/" + auth.backend().name(),
        grpc ? Authorizers.Kind.GRPC : Authorizers.Kind.HTTP,
        auth.backend().name() + "." + auth.backend().namespace(),
        auth.backend().port(),
        FilterSpec.ExternalAuth.TIMEOUT,
        false,
        ExternalAuthorizer.STATUS_ON_ERROR,
        new ExternalAuthorizer.Shown(
            auth.path(),
            new FieldSet(auth.shown()),
            Map.of(),
            auth.body() == 0 ? null : new ExternalAuthorizer.Body(auth.body(), false, true)),
        taken);
  }

  /** Where it is; null when it is nowhere. */
  static @Nullable EndpointSet endpoints(Backend asked) {
    return asked.target() instanceof Target.Resolved(var endpoints) ? endpoints : null;
  }

  private void turn(World current) {
    if (world != current) {
      world = current;
      authorizers.clear();
      chains.clear();
      pinned.clear();
      broken.clear();
    }
  }

  /** The rule's filters, then those of the backend chosen within it. */
  FilterChain of(World current, RouteRule rule, BackendChoice choice) {
    List<FilterSpec> ofRule = rule.filters();
    List<FilterSpec> ofBackend = ofBackend(choice);
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

  private static List<FilterSpec> ofBackend(BackendChoice choice) {
    return choice instanceof BackendChoice.Forward to ? to.backend().filters() : List.of();
  }

  /** The same of a request that a fault is meant for. */
  FilterChain of(World current, RouteRule rule, BackendChoice choice, FaultRule fault) {
    turn(current);
    Broken chains = broken(fault);
    FilterChain chain = chains.chains.get(choice);
    if (chain == null) {
      Fault ofFault = Objects.requireNonNull(fault.fault());
      chain = FilterCatalog.chain(rule.rule(), ofBackend(choice), ofFault);
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
