// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import org.jspecify.annotations.Nullable;

/**
 * How requests are spread over a backend's endpoints and how much these are given ({@code
 * trafficPolicy} of a DestinationRule, levels merged).
 *
 * @param outliers null when endpoints are never ejected
 * @param warmup null when new endpoints get their whole share at once
 */
public record TrafficPolicy(
    LoadBalancing balancing,
    ConnectionLimits limits,
    @Nullable OutlierDetection outliers,
    LocalityRule locality,
    @Nullable Warmup warmup) {
  /** Of a backend about which nobody has said anything. */
  public static final TrafficPolicy DEFAULT =
      new TrafficPolicy(
          LoadBalancing.Simple.LEAST_REQUEST,
          ConnectionLimits.NONE,
          null,
          LocalityRule.ANYWHERE,
          null);
}
