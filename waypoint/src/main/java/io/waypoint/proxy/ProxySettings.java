// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.rbac.PathNormalization;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * @param pathNormalization how a path becomes the one that is judged and forwarded
 * @param forwardClientCert our own identity, which then stands in {@code x-forwarded-client-cert}
 *     beside the caller's; null when that header is only taken away
 * @param streamIdle after this long without a byte in either direction an exchange ends
 */
public record ProxySettings(
    PathNormalization pathNormalization, @Nullable String forwardClientCert, Duration streamIdle) {
  public static final ProxySettings DEFAULTS =
      new ProxySettings(PathNormalization.BASE, null, Duration.ofMinutes(5));

  public ProxySettings {
    if (streamIdle.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("the idle time of a stream is at least a second");
    }
  }
}
