// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Times and sizes as people write them: {@code 1m30s}, {@code 250ms}, {@code 60KiB}. */
public final class Units {
  private static final Map<String, Duration> TIMES =
      Map.of(
          "h", Duration.ofHours(1),
          "m", Duration.ofMinutes(1),
          "s", Duration.ofSeconds(1),
          "ms", Duration.ofMillis(1));

  private static final Map<String, Long> SIZES =
      Map.of("", 1L, "b", 1L, "kib", 1L << 10, "mib", 1L << 20, "gib", 1L << 30);

  private static final int MOST_PARTS = 4;
  private static final int MOST_DIGITS = 5;

  private Units() {}

  /**
   * A time as the Gateway API writes it (GEP-2257): one to four numbers of at most five digits,
   * each with its unit h, m, s or ms. Null when it is not one.
   */
  public static @Nullable Duration duration(String text) {
    Duration sum = Duration.ZERO;
    int at = 0;
    for (int part = 0; part < MOST_PARTS && at < text.length(); part++) {
      int unit = skip(text, at, true);
      int end = skip(text, unit, false);
      Duration one = TIMES.get(text.substring(unit, end));
      if (unit == at || unit - at > MOST_DIGITS || one == null) {
        return null;
      }
      sum = sum.plus(one.multipliedBy(Long.parseLong(text.substring(at, unit))));
      at = end;
    }
    return at == 0 || at < text.length() ? null : sum;
  }

  /** A time as {@link #duration} reads it. */
  public static String text(Duration duration) {
    var text = new StringBuilder();
    append(text, duration.toHours(), "h");
    append(text, duration.toMinutesPart(), "m");
    append(text, duration.toSecondsPart(), "s");
    append(text, duration.toMillisPart(), "ms");
    return text.isEmpty() ? "0s" : text.toString();
  }

  /** A size in bytes, or -1 when it is not one. */
  public static long bytes(String text) {
    int unit = skip(text, 0, true);
    Long one = SIZES.get(text.substring(unit).strip().toLowerCase(Locale.ROOT));
    return unit == 0 || unit > 9 || one == null
        ? -1
        : Long.parseLong(text.substring(0, unit)) * one;
  }

  private static void append(StringBuilder text, long number, String unit) {
    if (number > 0) {
      text.append(number).append(unit);
    }
  }

  private static int skip(String text, int from, boolean digits) {
    int at = from;
    while (at < text.length() && (text.charAt(at) >= '0' && text.charAt(at) <= '9') == digits) {
      at++;
    }
    return at;
  }
}
