// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much a backend is given at a time ({@code connectionPool} of a DestinationRule). What is not
 * set is {@link #NO_LIMIT} or null.
 *
 * @param connections open at a time; each carries one request of HTTP/1.1 or many of HTTP/2
 * @param pending requests that wait for a connection
 * @param requests under way
 * @param retries under way
 * @param requestsPerConnection after which a connection is closed; 1 disables reuse
 * @param connectTimeout null for the mesh's
 * @param idle how long an unused connection is kept; null for the proxy's
 * @param connectionAge after which a connection takes no more requests; null for no limit
 */
public record ConnectionLimits(
    int connections,
    int pending,
    int requests,
    int retries,
    int requestsPerConnection,
    @Nullable Duration connectTimeout,
    @Nullable Duration idle,
    @Nullable Duration connectionAge) {
  public static final int NO_LIMIT = Integer.MAX_VALUE;

  public static final ConnectionLimits NONE =
      new ConnectionLimits(NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT, null, null, null);

  public ConnectionLimits {
    for (int limit : new int[] {connections, pending, requests, retries, requestsPerConnection}) {
      if (limit < 1) {
        throw new IllegalArgumentException("a limit of a connection pool is at least 1");
      }
    }
  }
}
