// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much a backend is given at a time, over all event loops ({@code connectionPool} of a
 * DestinationRule). What is not set is {@link #NO_LIMIT}.
 *
 * @param connections open at a time; each carries one request of HTTP/1.1 or many of HTTP/2. An
 *     endpoint without any may always have one
 * @param pending requests that wait for a connection
 * @param requests under way
 * @param retries under way
 */
public record ConnectionLimits(
    int connections, int pending, int requests, int retries, Lifetime lifetime) {
  public static final int NO_LIMIT = Integer.MAX_VALUE;

  public static final ConnectionLimits NONE =
      new ConnectionLimits(NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT, Lifetime.UNLIMITED);

  /**
   * How a connection begins and ends.
   *
   * @param requests after which it is closed; 1 disables reuse
   * @param connect how long it may take to open; null for the mesh's
   * @param idle how long it is kept without a request; null for the proxy's
   * @param age after which it takes no more requests; null for no limit
   */
  public record Lifetime(
      int requests, @Nullable Duration connect, @Nullable Duration idle, @Nullable Duration age) {
    public static final Lifetime UNLIMITED = new Lifetime(NO_LIMIT, null, null, null);

    public Lifetime {
      atLeastOne(requests);
      for (Duration duration : new @Nullable Duration[] {connect, idle, age}) {
        if (duration != null && !duration.isPositive()) {
          throw new IllegalArgumentException("a time of a connection pool is longer than 0");
        }
      }
    }
  }

  public ConnectionLimits {
    atLeastOne(connections);
    atLeastOne(pending);
    atLeastOne(requests);
    atLeastOne(retries);
  }

  private static void atLeastOne(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("a limit of a connection pool is at least 1");
    }
  }
}
