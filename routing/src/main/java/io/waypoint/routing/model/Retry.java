// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is tried again (Gateway API, HTTPRouteRetry; GEP-1731). A rule that has one also tries again
 * after a broken connection and an attempt that took too long.
 *
 * @param codes statuses of answers that are not final, from 400 to 599
 * @param attempts how often at most after the first time
 * @param backoff the least time between two attempts; null leaves it to the proxy
 */
public record Retry(Set<Integer> codes, int attempts, @Nullable Duration backoff) {
  /** What is meant when the number of attempts is not written. */
  public static final int DEFAULT_ATTEMPTS = 2;

  public Retry {
    codes = Set.copyOf(codes);
    if (codes.stream().anyMatch(code -> code < 400 || code > 599)) {
      throw new IllegalArgumentException("a status that is tried again is within 400 and 599");
    }
    if (attempts < 1) {
      throw new IllegalArgumentException("there is at least one further attempt");
    }
  }
}
