// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The field {@code grpc-timeout}: at most eight digits and a unit. */
final class GrpcTimeout {
  private static final int MOST_DIGITS = 8;

  private GrpcTimeout() {}

  /** Null when there is none; what is malformed counts as none. */
  static @Nullable Duration parse(@Nullable String text) {
    int digits = text == null ? 0 : text.length() - 1;
    if (text == null || digits < 1 || digits > MOST_DIGITS) {
      return null;
    }
    long value = 0;
    for (int i = 0; i < digits; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return null;
      }
      value = value * 10 + (c - '0');
    }
    return switch (text.charAt(digits)) {
      case 'H' -> Duration.ofHours(value);
      case 'M' -> Duration.ofMinutes(value);
      case 'S' -> Duration.ofSeconds(value);
      case 'm' -> Duration.ofMillis(value);
      case 'u' -> Duration.ofNanos(value * 1_000);
      case 'n' -> Duration.ofNanos(value);
      default -> null;
    };
  }
}
