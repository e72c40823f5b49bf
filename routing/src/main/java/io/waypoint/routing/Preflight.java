// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import io.waypoint.routing.model.FilterSpec;
import org.jspecify.annotations.Nullable;

/**
 * A preflight (Fetch standard) as if it were the request that it asks for, so that it finds the
 * rule of that request where no rule is for {@code OPTIONS} (gateway-api issue 3857).
 *
 * @param request the preflight itself
 * @param method the one that it asks for
 */
public record Preflight(RequestHead request, String method) implements RequestHead {
  /** Null when the request is no preflight. */
  public static @Nullable Preflight of(RequestHead request) {
    String method = request.header("access-control-request-method");
    if (method == null || !request.method().equals("OPTIONS")) {
      return null;
    }
    return request.header("origin") == null ? null : new Preflight(request, method);
  }

  /** A rule that does not answer preflights itself was not meant for {@code OPTIONS}. */
  public static RouteDecision onlyIfAnswered(RouteDecision decision) {
    return decision instanceof RouteDecision.Matched(var rule)
            && rule.filters().stream().anyMatch(FilterSpec.Cors.class::isInstance)
        ? decision
        : RouteDecision.NO_ROUTE;
  }

  @Override
  public String path() {
    return request.path();
  }

  @Override
  public @Nullable String query() {
    return request.query();
  }

  @Override
  public @Nullable String header(String name) {
    return request.header(name);
  }
}
