// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.echo;

import java.util.Locale;

/**
 * Numbers with units as they stand in a path: {@code 200ms}, {@code 2s}, {@code 1MB}, {@code
 * 64KiB}.
 */
final class Quantity {
  private Quantity() {}

  /**
   * @throws IllegalArgumentException when the text is not a byte count
   */
  static long bytes(String text) {
    int digits = digits(text);
    long factor =
        switch (text.substring(digits).toLowerCase(Locale.ROOT)) {
          case "", "b" -> 1L;
          case "k", "kb" -> 1_000L;
          case "m", "mb" -> 1_000_000L;
          case "g", "gb" -> 1_000_000_000L;
          case "kib" -> 1L << 10;
          case "mib" -> 1L << 20;
          case "gib" -> 1L << 30;
          default -> throw new IllegalArgumentException("not a number of bytes: " + text);
        };
    return Long.parseLong(text, 0, digits, 10) * factor;
  }

  /**
   * @throws IllegalArgumentException when the text is not a duration
   */
  static long millis(String text) {
    int digits = digits(text);
    long factor =
        switch (text.substring(digits)) {
          case "", "ms" -> 1L;
          case "s" -> 1_000L;
          default -> throw new IllegalArgumentException("not a duration: " + text);
        };
    return Long.parseLong(text, 0, digits, 10) * factor;
  }

  private static int digits(String text) {
    int end = 0;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    if (end == 0 || end > 12) {
      throw new IllegalArgumentException("a quantity begins with 1 to 12 digits: " + text);
    }
    return end;
  }
}
