// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.waypoint.routing.balance.Locality;
import java.time.Duration;

/**
 * @param tcp how long a plain connection may take until it is open
 * @param connect how long a connection may take until it can carry a request: TCP, for a tunnel TLS
 *     and CONNECT, for HTTP/2 the peer's SETTINGS
 * @param idle after this long without a request a connection is closed
 * @param connections how many connections one event loop keeps to one endpoint
 * @param pending how many requests may wait for a connection to one endpoint
 * @param headerBytes the largest response head that is accepted
 * @param locality where this proxy runs
 */
public record UpstreamSettings(
    Duration tcp,
    Duration connect,
    Duration idle,
    int connections,
    int pending,
    int headerBytes,
    Locality locality) {
  public static final UpstreamSettings DEFAULTS =
      new UpstreamSettings(
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          Duration.ofMinutes(5),
          1024,
          1024,
          60 * 1024,
          Locality.UNKNOWN);

  public UpstreamSettings {
    if (!isPositive(tcp) || !isPositive(connect) || !isPositive(idle)) {
      throw new IllegalArgumentException("upstream timeouts are positive");
    }
    if (connections < 1 || pending < 1 || headerBytes < 1024) {
      throw new IllegalArgumentException("upstream limits are positive");
    }
  }

  private static boolean isPositive(Duration duration) {
    return !duration.isNegative() && !duration.isZero();
  }
}
