// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.util.random.RandomGenerator;

/** What a balancer may ask about the request that it places. */
public interface Placement {
  /** The endpoints that failed for this request. */
  Tried tried();

  /** Requests that were sent to an endpoint and are not finished, as far as this proxy knows. */
  int active(Endpoint endpoint);

  /** For the choices that are left to chance. */
  RandomGenerator random();

  /** The request's key as a number; any number when the request has no key. */
  long hash(HashKey key);
}
