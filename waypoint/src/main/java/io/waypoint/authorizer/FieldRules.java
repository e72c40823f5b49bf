// SPDX-License-Identifier: Apache-2.0
package io.waypoint.authorizer;

import com.google.protobuf.ByteString;
import io.waypoint.authorizer.Opinion.Change;
import io.waypoint.authorizer.Opinion.Field;
import java.nio.charset.StandardCharsets;
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

  /**
   * @throws IllegalArgumentException when it cannot stand in a message
   */
  static Field checked(String name, String value, Change change) {
    if (!isValid(name, value)) {
      throw new IllegalArgumentException("a header field that cannot be written");
    }
    return new Field(name, value, change);
  }

  /** A value as one of two fields of a message has it, with one character a byte. */
  static String wire(String value, ByteString raw) {
    byte[] bytes = raw.isEmpty() ? value.getBytes(StandardCharsets.UTF_8) : raw.toByteArray();
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
