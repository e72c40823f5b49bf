// SPDX-License-Identifier: Apache-2.0
package io.waypoint.authorizer;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an authorizer may write into requests and answers. */
final class FieldRules {
  private static final String TCHAR = "!#$%&'*+-.^_`|~";

  private FieldRules() {}

  /**
   * The name in lower case if an authorizer may write that field; null when the field frames or
   * routes a message, which is not an authorizer's to change, and is passed over.
   */
  static @Nullable String writable(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return switch (lower) {
      case "connection",
          "content-length",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade" ->
          null;
      default -> lower.startsWith(":") ? null : lower;
    };
  }

  /** Whether a field can stand in a message (RFC 9110 section 5): anything else could split it. */
  static boolean isValid(String name, String value) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
      if (!letter && TCHAR.indexOf(c) < 0) {
        return false;
      }
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' && c != '\t' || c == 0x7f || c > 0xff) {
        return false;
      }
    }
    return !name.isEmpty();
  }
}
