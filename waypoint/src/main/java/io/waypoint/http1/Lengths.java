// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

/**
 * {@code Content-Length} as a number (RFC 9110 section 8.6): no file is larger, and no sum of two
 * overflows.
 */
public final class Lengths {
  /** The length is not known beforehand. */
  public static final long UNKNOWN = -1;

  private static final int MOST_DIGITS = 18;

  private Lengths() {}

  /** Digits only; anything else, or too many of them, is unknown. */
  public static long parse(String text) {
    if (text.isEmpty() || text.length() > MOST_DIGITS) {
      return UNKNOWN;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return UNKNOWN;
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }
}
