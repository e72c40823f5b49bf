// SPDX-License-Identifier: Apache-2.0
package io.waypoint.jwks;

import io.vertx.core.net.TrustOptions;
import io.waypoint.rbac.AddressBlocks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How key sets are fetched and kept.
 *
 * @param refresh after a fetch that went well
 * @param firstRetry after one that did not; doubles with every further failure
 * @param longestRetry the doubling ends here
 * @param pause between fetches that callers cause with keys nobody knows
 * @param mostBytes of an answer
 * @param retire how long keys are kept that no configuration names any more
 * @param refused addresses that are not asked, besides those that never are
 * @param trust whom to trust over https; null for what the JDK trusts
 */
public record JwksSettings(
    Duration refresh,
    Duration firstRetry,
    Duration longestRetry,
    Duration pause,
    int mostBytes,
    Duration retire,
    AddressBlocks refused,
    @Nullable TrustOptions trust) {}
