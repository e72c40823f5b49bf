// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import org.jspecify.annotations.Nullable;

/** gRPC's view of an answer. */
final class GrpcStatus {
  static final int OK = 0;
  static final int UNKNOWN = 2;
  static final int DEADLINE_EXCEEDED = 4;

  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private GrpcStatus() {}

  /** The gRPC status that stands for an HTTP status of ours. */
  static int of(int httpStatus) {
    return switch (httpStatus) {
      case 400 -> 13;
      case 401 -> 16;
      case 403 -> 7;
      case 404 -> 12;
      case 429, 502, 503, 504 -> 14;
      default -> UNKNOWN;
    };
  }

  /** A {@code grpc-status} as received; what is not a number counts as unknown. */
  static int parse(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > 2) {
      return UNKNOWN;
    }
    int status = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return UNKNOWN;
      }
      status = status * 10 + (c - '0');
    }
    return status;
  }

  /** The encoding of {@code grpc-message}: what is not printable ASCII is escaped. */
  static String message(String text) {
    var encoded = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c <= '~' && c != '%') {
        encoded.append(c);
      } else {
        encoded.append('%').append(HEX[c >> 4 & 15]).append(HEX[c & 15]);
      }
    }
    return encoded.toString();
  }
}
