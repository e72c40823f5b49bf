// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.waypoint.routing.balance.ConnectionLimits;
import io.waypoint.upstream.Breaker.Resource;
import org.jspecify.annotations.Nullable;

/** What the pools of one backend may take of its breaker. */
final class Allowance {
  /** Of backends for which nobody has set limits; nothing is counted. */
  static final Allowance UNLIMITED = new Allowance(ConnectionLimits.NONE, null);

  private final ConnectionLimits limits;
  private final @Nullable Breaker breaker;

  Allowance(ConnectionLimits limits, @Nullable Breaker breaker) {
    this.limits = limits;
    this.breaker = breaker;
  }

  ConnectionLimits limits() {
    return limits;
  }

  /** Takes one when there is room; what is taken is given back once. */
  boolean take(Resource resource) {
    return breaker == null || breaker.take(resource, limit(resource));
  }

  /**
   * Takes a connection.
   *
   * @param first whether the endpoint has none, so that others must not starve it
   */
  boolean takeConnection(boolean first) {
    if (breaker != null && first) {
      breaker.takeAnyway(Resource.CONNECTIONS);
      return true;
    }
    return take(Resource.CONNECTIONS);
  }

  void give(Resource resource) {
    if (breaker != null) {
      breaker.give(resource);
    }
  }

  private int limit(Resource resource) {
    return switch (resource) {
      case CONNECTIONS -> limits.connections();
      case PENDING -> limits.pending();
      case REQUESTS -> limits.requests();
      case RETRIES -> limits.retries();
    };
  }
}
