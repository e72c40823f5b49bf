// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

/** What routing says about one request. The values exist before the request does. */
public sealed interface RouteDecision {
  RouteDecision NO_ROUTE = new NoRoute();

  /** This rule serves the request, and no other will, whatever happens to its backends. */
  record Matched(RouteRule rule) implements RouteDecision {}

  /** No rule matches: the answer is 404. */
  record NoRoute() implements RouteDecision {}
}
