// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one port of one service, which may depend on who calls (GEP-1294).
 *
 * <pre>
 *   a route of the service's namespace  -- producer: for everybody
 *   a route of another namespace        -- consumer: for the callers of that namespace alone, who
 *                                          then see nothing of the producer's
 * </pre>
 *
 * @param producer null when the service's own namespace has no route for it
 * @param consumers by the namespace of the caller
 */
public record CallerRoutes(@Nullable RouteTable producer, Map<String, RouteTable> consumers) {
  /** Requests go to the service's own endpoints. */
  public static final CallerRoutes NONE = new CallerRoutes(null, Map.of());

  public CallerRoutes {
    consumers = Map.copyOf(consumers);
  }

  /**
   * The table for a caller; allocates nothing.
   *
   * @param namespace as the caller's certificate proves it
   * @return null when no route attaches, so that the request goes to the service's own endpoints
   */
  public @Nullable RouteTable of(String namespace) {
    if (consumers.isEmpty()) {
      return producer;
    }
    RouteTable own = consumers.get(namespace);
    return own == null ? producer : own;
  }
}
