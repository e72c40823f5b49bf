// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.model.Backend;

/** Where one request of a rule goes. The values exist before the request does. */
public sealed interface BackendChoice {
  /** To this service; the answer is 503 when it has no ready endpoint. */
  record Forward(Backend backend, EndpointSet endpoints) implements BackendChoice {}

  /**
   * Nowhere.
   *
   * @param reason for the operator, not for the caller
   */
  record Fail(int status, String reason) implements BackendChoice {}
}
