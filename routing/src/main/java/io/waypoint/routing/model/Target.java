// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import io.waypoint.routing.balance.EndpointSet;

/** Where a backend reference leads. */
public sealed interface Target {
  /** A service that exists; whether it has ready endpoints is known only when a request comes. */
  record Resolved(EndpointSet endpoints) implements Target {}

  /**
   * Nothing that could serve.
   *
   * @param reason for the operator: a missing service, an unknown kind, a port it does not have
   */
  record Broken(String reason) implements Target {}
}
