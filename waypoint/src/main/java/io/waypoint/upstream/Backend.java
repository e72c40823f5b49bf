// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.waypoint.routing.balance.Balancer;
import io.waypoint.routing.balance.ConnectionLimits;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointHealth.Outcome;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.balance.Locality;
import io.waypoint.routing.balance.OutlierDetection;
import io.waypoint.routing.balance.Placement;
import io.waypoint.routing.balance.Spread;
import io.waypoint.routing.balance.TrafficPolicy;
import io.waypoint.routing.balance.Warmup;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's view of a backend that has a traffic policy: who may serve at the moment, in
 * which group, and each group's balancer. It is made anew when the set or an endpoint's health has
 * changed; the balancers stay.
 */
final class Backend {
  /** So many draws are made for one that is warm enough; then the last one is taken. */
  private static final int WARM_DRAWS = 8;

  private final SharedBackend shared;
  private final Locality own;
  private final Function<Allowance, EndpointPools> makePools;
  private final List<EndpointPools> retired = new ArrayList<>();
  private @Nullable EndpointPools pools;
  private final List<Balancer> balancers = new ArrayList<>();
  private TrafficPolicy policy = TrafficPolicy.DEFAULT;
  private @Nullable EndpointSet set;
  private @Nullable Spread spread;
  private int version;
  private boolean warming;

  Backend(SharedBackend shared, Locality own, Function<Allowance, EndpointPools> makePools) {
    this.shared = shared;
    this.own = own;
    this.makePools = makePools;
  }

  /** Its connections; those made under other limits finish what they have. */
  EndpointPools pools(ConnectionLimits limits) {
    EndpointPools known = pools;
    if (known != null && known.allowance().limits().equals(limits)) {
      return known;
    }
    if (known != null) {
      known.retire();
      retired.add(known);
    }
    EndpointPools made = makePools.apply(new Allowance(limits, shared.breaker()));
    pools = made;
    return made;
  }

  @Nullable Endpoint pick(EndpointSet from, Placement request, long now) {
    Spread groups = spread;
    if (groups == null || set != from || version != shared.version()) {
      groups = refresh(from, now);
    }
    int group = groups.choose(request.random());
    Endpoint picked = pick(groups, group, request, now);
    return picked == null ? another(groups, group, request, now) : picked;
  }

  /** The group that was drawn has nobody; every other one is better than nothing. */
  private @Nullable Endpoint another(Spread groups, int drawn, Placement request, long now) {
    for (int i = 0; i < groups.groups().size(); i++) {
      Endpoint picked = i == drawn ? null : pick(groups, i, request, now);
      if (picked != null) {
        return picked;
      }
    }
    return null;
  }

  private @Nullable Endpoint pick(Spread groups, int group, Placement request, long now) {
    EndpointSet members = groups.groups().get(group).endpoints();
    Balancer balancer = balancers.get(group);
    Endpoint picked = balancer.pick(members, request);
    Warmup warmup = policy.warmup();
    if (!warming || warmup == null || picked == null) {
      return picked;
    }
    for (int i = 0; i < WARM_DRAWS; i++) {
      double warmth = shared.warmth(picked, warmup, now);
      if (warmth >= 1 || request.random().nextDouble() < warmth) {
        return picked;
      }
      picked = balancer.pick(members, request);
      if (picked == null) {
        return null;
      }
    }
    return picked;
  }

  private Spread refresh(EndpointSet from, long now) {
    version = shared.version();
    if (set != from) {
      if (!from.policy().balancing().equals(policy.balancing())) {
        balancers.clear();
      }
      policy = from.policy();
      set = from;
      shared.meet(from.endpoints(), now);
    }
    Warmup warmup = policy.warmup();
    warming = warmup != null && shared.isWarming(warmup, now);
    OutlierDetection outliers = policy.outliers();
    Spread made =
        Spread.of(
            from,
            policy.ejects() ? shared::isOut : endpoint -> false,
            policy.locality(),
            own,
            outliers == null ? 0 : outliers.leastHealthPercent());
    while (balancers.size() < made.groups().size()) {
      balancers.add(policy.balancing().balancer());
    }
    spread = made;
    return made;
  }

  /** Says what became of a request; whether its endpoint was ejected for it. */
  boolean report(Endpoint endpoint, Outcome outcome, EndpointSet of, long now) {
    OutlierDetection outliers = of.policy().outliers();
    return outliers != null && shared.report(endpoint, outcome, outliers, of.readyCount(), now);
  }

  /** Housekeeping, once a second: how many endpoints have come back. */
  int tick(long now) {
    Warmup warmup = policy.warmup();
    warming = warming && warmup != null && shared.isWarming(warmup, now);
    if (pools != null) {
      pools.closeIdle(now);
    }
    retired.forEach(old -> old.closeIdle(now));
    retired.removeIf(EndpointPools::isUnused);
    return shared.sweep(policy.outliers(), now);
  }

  void close() {
    if (pools != null) {
      pools.close();
    }
    retired.forEach(EndpointPools::close);
  }
}
