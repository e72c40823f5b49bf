// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

/** Fields that describe one connection and never pass through (RFC 9110 section 7.6.1). */
final class HopByHop {
  private HopByHop() {}

  /** Whether a field stays behind; {@code Upgrade} is put back where an upgrade is permitted. */
  static boolean is(String name) {
    return switch (name.length()) {
      case 2 -> name.equalsIgnoreCase("te");
      case 7 -> name.equalsIgnoreCase("upgrade") || name.equalsIgnoreCase("trailer");
      case 10 -> name.equalsIgnoreCase("connection") || name.equalsIgnoreCase("keep-alive");
      case 14 -> name.equalsIgnoreCase("http2-settings");
      case 16 -> name.equalsIgnoreCase("proxy-connection");
      case 17 -> name.equalsIgnoreCase("transfer-encoding");
      default -> false;
    };
  }

  /**
   * Whether a field that {@code Connection} names may be dropped for it. What identifies, routes or
   * frames a request may not: a caller would make it look different to us and to the application.
   */
  static boolean mayBeNominated(String name) {
    return switch (name.length()) {
      case 4 -> !name.equalsIgnoreCase("host");
      case 6 -> !name.equalsIgnoreCase("cookie") && !name.equalsIgnoreCase("expect");
      case 12 -> !name.equalsIgnoreCase("content-type") && !name.equalsIgnoreCase("x-request-id");
      case 13 -> !name.equalsIgnoreCase("authorization");
      case 14 -> !name.equalsIgnoreCase("content-length");
      case 16 -> !name.equalsIgnoreCase("content-encoding");
      case 17 -> !name.equalsIgnoreCase("transfer-encoding");
      default -> !name.regionMatches(true, 0, "x-forwarded-", 0, "x-forwarded-".length());
    };
  }

  /** Whether a trailer field may pass: none that frames, routes or identifies (RFC 9110 6.5.1). */
  static boolean mayTrail(String name) {
    return !is(name) && mayBeNominated(name) && !name.isEmpty() && name.charAt(0) != ':';
  }
}
