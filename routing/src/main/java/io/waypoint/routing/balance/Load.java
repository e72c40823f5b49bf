// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

/** How busy an endpoint is, as far as this proxy knows. */
@FunctionalInterface
public interface Load {
  /** Requests that were sent and are not finished. */
  int active(Endpoint endpoint);
}
