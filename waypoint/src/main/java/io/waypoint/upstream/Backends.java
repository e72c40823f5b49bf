// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.waypoint.routing.balance.Balancer;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointHealth.Outcome;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.balance.Locality;
import io.waypoint.routing.balance.Placement;
import io.waypoint.routing.balance.TrafficPolicy;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The backends of one event loop that have a traffic policy. Every world has sets of its own: they
 * are found by identity, and by name the first time.
 */
final class Backends {
  private final SharedBackends shared;
  private final Locality own;
  private final Function<Allowance, EndpointPools> pools;
  private final Balancer plain = TrafficPolicy.DEFAULT.balancing().balancer();
  private final Map<SharedBackend, Backend> byBackend = new HashMap<>();
  private final IdentityHashMap<EndpointSet, Backend> bySet = new IdentityHashMap<>();

  /**
   * @param pools makes those of a backend that has limits
   */
  Backends(SharedBackends shared, Locality own, Function<Allowance, EndpointPools> pools) {
    this.shared = shared;
    this.own = own;
    this.pools = pools;
  }

  @Nullable Endpoint pick(EndpointSet set, Placement request, LongSupplier nanos) {
    return set.policy() == TrafficPolicy.DEFAULT
        ? plain.pick(set, request)
        : of(set).pick(set, request, nanos.getAsLong());
  }

  /** Whether the endpoint was ejected for it. */
  boolean report(Endpoint endpoint, Outcome outcome, EndpointSet set, LongSupplier nanos) {
    return set.policy().ejects() && of(set).report(endpoint, outcome, set, nanos.getAsLong());
  }

  EndpointPools pools(EndpointSet set) {
    return of(set).pools(set.policy().limits());
  }

  private Backend of(EndpointSet set) {
    Backend known = bySet.get(set);
    if (known == null) {
      known =
          byBackend.computeIfAbsent(shared.of(set), backend -> new Backend(backend, own, pools));
      bySet.put(set, known);
    }
    return known;
  }

  /** Housekeeping, once a second: how many endpoints have come back. */
  int tick(long now) {
    bySet.clear();
    int back = 0;
    for (Backend backend : byBackend.values()) {
      back += backend.tick(now);
    }
    return back;
  }

  void close() {
    byBackend.values().forEach(Backend::close);
  }
}
