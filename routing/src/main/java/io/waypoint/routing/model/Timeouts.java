// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a rule's requests may take (Gateway API, HTTPRouteTimeouts; GEP-1742). The two clocks
 * are independent: the first runs over all attempts, the second over each.
 *
 * @param request from the end of the request's head to the last byte of the answer; null when it is
 *     not written, zero when it is switched off
 * @param backendRequest one attempt, from its beginning to the last byte of its answer
 */
public record Timeouts(@Nullable Duration request, @Nullable Duration backendRequest) {
  public Timeouts {
    boolean limited = request != null && !request.isZero();
    if (limited && backendRequest != null && backendRequest.compareTo(request) > 0) {
      throw new IllegalArgumentException("backendRequest is longer than request");
    }
  }

  /** Whether there is a limit. */
  public static boolean isSet(@Nullable Duration limit) {
    return limit != null && !limit.isZero();
  }
}
