// SPDX-License-Identifier: Apache-2.0
package io.waypoint.authorizer;

import io.waypoint.authorizer.Opinion.Change;
import io.waypoint.authorizer.Opinion.Field;
import io.waypoint.wire.ratelimit.CurrentLimit;
import io.waypoint.wire.ratelimit.RateLimitStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much is left, as fields of an answer (draft-polli-ratelimit-headers-03): of the limit that is
 * nearest to its end, with all windows beside it.
 */
final class RemainingFields {
  /** Seconds of Envoy's units by their numbers; those of no fixed length as Envoy counts them. */
  private static final int[] WINDOWS = {
    0, 1, 60, 3_600, 86_400, 30 * 86_400, 365 * 86_400, 7 * 86_400
  };

  private RemainingFields() {}

  static List<Field> of(List<RateLimitStatus> statuses) {
    RateLimitStatus nearest = null;
    var windows = new StringBuilder();
    for (RateLimitStatus status : statuses) {
      if (status.hasCurrentLimit()) {
        append(windows, status.getCurrentLimit());
        nearest = nearer(nearest, status);
      }
    }
    if (nearest == null) {
      return List.of();
    }
    return List.of(
        field("x-ratelimit-limit", rate(nearest.getCurrentLimit()) + windows),
        field("x-ratelimit-remaining", Long.toString(left(nearest))),
        field(
            "x-ratelimit-reset",
            Long.toString(Math.max(0, nearest.getDurationUntilReset().getSeconds()))));
  }

  private static RateLimitStatus nearer(@Nullable RateLimitStatus one, RateLimitStatus other) {
    return one == null || left(other) < left(one) ? other : one;
  }

  private static long left(RateLimitStatus status) {
    return Integer.toUnsignedLong(status.getLimitRemaining());
  }

  private static String rate(CurrentLimit limit) {
    return Integer.toUnsignedString(limit.getRequestsPerUnit());
  }

  private static void append(StringBuilder windows, CurrentLimit limit) {
    int unit = limit.getUnit();
    if (unit < 1 || unit >= WINDOWS.length) {
      return;
    }
    windows.append(", ").append(rate(limit)).append(";w=").append(WINDOWS[unit]);
    String name = limit.getName();
    if (!name.isEmpty() && isQuotable(name)) {
      windows.append(";name=\"").append(name).append('"');
    }
  }

  private static boolean isQuotable(String name) {
    return name.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '"' && c != '\\');
  }

  private static Field field(String name, String value) {
    return new Field(name, value, Change.APPEND);
  }
}
