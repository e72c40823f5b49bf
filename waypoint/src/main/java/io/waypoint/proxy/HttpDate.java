// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The {@code date} field, formatted once a second. */
final class HttpDate {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final InstantSource clock;
  private long second = Long.MIN_VALUE;
  private String text = "";

  HttpDate(InstantSource clock) {
    this.clock = clock;
  }

  String now() {
    long current = Math.floorDiv(clock.millis(), 1_000L);
    if (current != second) {
      second = current;
      text = FORMAT.format(clock.instant());
    }
    return text;
  }
}
