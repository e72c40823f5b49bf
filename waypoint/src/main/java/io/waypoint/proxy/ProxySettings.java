// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.proxy.scan.ScanLimits;
import io.waypoint.rbac.PathNormalization;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * @param pathNormalization how a path becomes the one that is judged and forwarded
 * @param forwardClientCert our own identity, which then stands in {@code x-forwarded-client-cert}
 *     beside the caller's; null when that header is only taken away
 * @param streamIdle after this long without a byte in either direction an exchange ends
 * @param request how large a request's head may be, in every version of HTTP
 * @param retries how many endpoints may be tried after the first one
 */
public record ProxySettings(
    PathNormalization pathNormalization,
    @Nullable String forwardClientCert,
    Duration streamIdle,
    ScanLimits request,
    int retries) {
  public static final ProxySettings DEFAULTS =
      new ProxySettings(
          PathNormalization.BASE, null, Duration.ofMinutes(5), ScanLimits.DEFAULTS, 2);

  public ProxySettings {
    if (streamIdle.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("the idle time of a stream is at least a second");
    }
    if (retries < 0) {
      throw new IllegalArgumentException("a number of retries is not negative");
    }
  }
}
