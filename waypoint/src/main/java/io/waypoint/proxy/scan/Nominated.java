// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy.scan;

/** The fields that {@code Connection} may not declare as belonging to one hop. */
final class Nominated {
  private Nominated() {}

  /** Whether the field identifies, routes or frames the request. */
  static boolean isEssential(byte[] bytes, int from, int to) {
    return switch (to - from) {
          case 4 -> is(bytes, from, to, "host");
          case 6 -> is(bytes, from, to, "cookie") || is(bytes, from, to, "expect");
          case 12 -> is(bytes, from, to, "content-type") || is(bytes, from, to, "x-request-id");
          case 13 -> is(bytes, from, to, "authorization");
          case 14 -> is(bytes, from, to, "content-length");
          case 16 -> is(bytes, from, to, "content-encoding");
          case 17 -> is(bytes, from, to, "transfer-encoding");
          default -> false;
        }
        || Octets.startsIgnoringCase(bytes, from, to, "x-forwarded-");
  }

  private static boolean is(byte[] bytes, int from, int to, String small) {
    return Octets.equalIgnoringCase(bytes, from, to, small);
  }
}
