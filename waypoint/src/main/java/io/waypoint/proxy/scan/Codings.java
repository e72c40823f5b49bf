// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy.scan;

/**
 * Tells a correct list of transfer codings that we do not decode from one that is wrong, for the
 * status of the answer only: both are refused.
 */
final class Codings {
  private Codings() {}

  /** Registered codings, and then chunked as the last. */
  static boolean areKnown(byte[] bytes, int from, int to) {
    int at = from;
    for (int comma; (comma = Octets.indexOf(bytes, at, to, ',')) >= 0; at = comma + 1) {
      int start = Octets.start(bytes, at, comma);
      if (!isKnown(bytes, start, Octets.end(bytes, start, comma))) {
        return false;
      }
    }
    int start = Octets.start(bytes, at, to);
    return at > from && is(bytes, start, to, "chunked");
  }

  private static boolean isKnown(byte[] bytes, int from, int to) {
    return switch (to - from) {
      case 4 -> is(bytes, from, to, "gzip");
      case 6 -> is(bytes, from, to, "x-gzip");
      case 7 -> is(bytes, from, to, "deflate");
      case 8 -> is(bytes, from, to, "compress");
      case 10 -> is(bytes, from, to, "x-compress");
      default -> false;
    };
  }

  private static boolean is(byte[] bytes, int from, int to, String small) {
    return Octets.equalIgnoringCase(bytes, from, to, small);
  }
}
