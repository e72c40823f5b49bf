// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

/** {@code Content-Length} as a number. */
final class Lengths {
  /** The length is not known beforehand. */
  static final long UNKNOWN = -1;

  private Lengths() {}

  /** Digits only; anything else, or too many of them, is unknown. */
  static long parse(String text) {
    if (text.isEmpty() || text.length() > 18) {
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
