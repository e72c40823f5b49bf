// SPDX-License-Identifier: Apache-2.0
package io.waypoint.jwks;

import io.vertx.core.net.TrustOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * @param refresh after a fetch that went well
 * @param firstRetry after one that did not; doubles with every further failure
 * @param longestRetry the doubling ends here
 * @param pause between fetches that callers cause with keys nobody knows
 * @param mostBytes of an answer
 * @param retire how long keys are kept that no configuration names any more
 * @param trust whom to trust over https; null for what the JDK trusts
 */
public record JwksSettings(
    Duration refresh,
    Duration firstRetry,
    Duration longestRetry,
    Duration pause,
    int mostBytes,
    Duration retire,
    @Nullable TrustOptions trust) {
  public static final JwksSettings DEFAULTS =
      new JwksSettings(
          Duration.ofMinutes(20),
          Duration.ofSeconds(1),
          Duration.ofMinutes(5),
          Duration.ofSeconds(10),
          1 << 20,
          Duration.ofMinutes(10),
          null);
}
