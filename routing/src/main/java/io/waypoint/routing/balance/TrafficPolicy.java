// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import org.jspecify.annotations.Nullable;

/**
 * How requests are spread over a backend's endpoints and how much these are given ({@code
 * trafficPolicy} of a DestinationRule, levels merged).
 *
 * @param outliers null when endpoints are never ejected
 * @param warmup null when new endpoints get their whole share at once
 * @param retries null when nobody has said how many requests may be repetitions
 * @param upgrades whether requests go on in HTTP/2 whatever they came in
 */
public record TrafficPolicy(
    LoadBalancing balancing,
    ConnectionLimits limits,
    @Nullable OutlierDetection outliers,
    LocalityRule locality,
    @Nullable Warmup warmup,
    @Nullable RetryShare retries,
    boolean upgrades) {
  /** Of a backend about which nobody has said anything. */
  public static final TrafficPolicy DEFAULT =
      new TrafficPolicy(
          LoadBalancing.Simple.LEAST_REQUEST,
          ConnectionLimits.NONE,
          null,
          LocalityRule.ANYWHERE,
          null,
          null,
          false);

  /** One that leaves repetitions and versions as they are. */
  public TrafficPolicy(
      LoadBalancing balancing,
      ConnectionLimits limits,
      @Nullable OutlierDetection outliers,
      LocalityRule locality,
      @Nullable Warmup warmup) {
    this(balancing, limits, outliers, locality, warmup, null, false);
  }

  /** The same with other preferred places. */
  public TrafficPolicy with(LocalityRule other) {
    return new TrafficPolicy(balancing, limits, outliers, other, warmup, retries, upgrades);
  }

  /** Whether endpoints are ejected at all. */
  public boolean ejects() {
    return outliers != null;
  }
}
