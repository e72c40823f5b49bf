// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy.scan;

import io.waypoint.refusal.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * The field lines of one head: each is well-formed, and those that say where the request ends and
 * whom it is for say it once and without ambiguity. One instance serves a connection.
 */
final class HeadFields {
  /** No content length was given. */
  private static final long NONE = -1;

  private int hosts;
  private long length;
  private boolean chunked;
  private boolean expects;
  private boolean upgradeListed;
  private boolean websocket;

  HeadFields() {
    reset();
  }

  void reset() {
    hosts = 0;
    length = NONE;
    chunked = false;
    expects = false;
    upgradeListed = false;
    websocket = false;
  }

  /** Judges the fields together with the request line they follow. */
  @Nullable Refusal judgeAll(RequestLine line) {
    if (hosts != 1 && !(hosts == 0 && line.isHttp10())) {
      return Refusal.REQUEST_AUTHORITY;
    }
    if (chunked && (length != NONE || line.isHttp10())) {
      return Refusal.REQUEST_FRAMING;
    }
    return upgrades(line) && (chunked || length > 0) ? Refusal.REQUEST_UPGRADE : null;
  }

  boolean isChunked() {
    return chunked;
  }

  /** Bytes of a body that is not chunked. */
  long length() {
    return Math.max(length, 0);
  }

  /** Whether the bytes that follow may belong to another protocol. */
  boolean upgrades(RequestLine line) {
    return websocket && upgradeListed && line.mayUpgrade();
  }

  /** Where the name ends, or -1 if this is no field line. */
  static int colon(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && Octets.TOKEN[bytes[i] & 0xff]) {
      i++;
    }
    return i > from && i < to && bytes[i] == ':' ? i : -1;
  }

  /** Judges a line of {@link Octets#FIELD} bytes that is not empty. */
  @Nullable Refusal judge(byte[] bytes, int from, int to) {
    if (Octets.isBlank(bytes[from])) {
      return Refusal.REQUEST_FIELD_FOLDED;
    }
    int colon = colon(bytes, from, to);
    if (colon < 0) {
      return Refusal.REQUEST_FIELD_SYNTAX;
    }
    int start = Octets.start(bytes, colon + 1, to);
    int end = Octets.end(bytes, start, to);
    return switch (colon - from) {
      case 4 -> is(bytes, from, colon, "host") ? host(bytes, start, end) : null;
      case 6 -> is(bytes, from, colon, "expect") ? expect(bytes, start, end) : null;
      case 7 -> is(bytes, from, colon, "upgrade") ? upgrade(bytes, start, end) : null;
      case 10 -> is(bytes, from, colon, "connection") ? connection(bytes, start, end) : null;
      case 14 -> is(bytes, from, colon, "content-length") ? length(bytes, start, end) : null;
      case 17 -> is(bytes, from, colon, "transfer-encoding") ? coding(bytes, start, end) : null;
      default -> null;
    };
  }

  private static boolean is(byte[] bytes, int from, int to, String small) {
    return Octets.equalIgnoringCase(bytes, from, to, small);
  }

  private @Nullable Refusal host(byte[] bytes, int from, int to) {
    hosts++;
    return hosts > 1 || !HostSyntax.isValid(bytes, from, to) ? Refusal.REQUEST_AUTHORITY : null;
  }

  private @Nullable Refusal expect(byte[] bytes, int from, int to) {
    boolean repeated = expects;
    expects = true;
    return repeated || !is(bytes, from, to, "100-continue") ? Refusal.REQUEST_EXPECTATION : null;
  }

  private @Nullable Refusal upgrade(byte[] bytes, int from, int to) {
    websocket |= is(bytes, from, to, "websocket");
    return null;
  }

  private @Nullable Refusal connection(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      int comma = Octets.indexOf(bytes, at, to, ',');
      int next = comma < 0 ? to : comma;
      int start = Octets.start(bytes, at, next);
      int end = Octets.end(bytes, start, next);
      if (start < end) {
        if (!Octets.isToken(bytes, start, end)) {
          return Refusal.REQUEST_FIELD_SYNTAX;
        }
        if (Nominated.isEssential(bytes, start, end)) {
          return Refusal.REQUEST_CONNECTION;
        }
        upgradeListed |= is(bytes, start, end, "upgrade");
      }
      at = next + 1;
    }
    return null;
  }

  private @Nullable Refusal length(byte[] bytes, int from, int to) {
    boolean leadingZero = to - from > 1 && bytes[from] == '0';
    if (length != NONE || from == to || leadingZero) {
      return Refusal.REQUEST_CONTENT_LENGTH;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      if (!Octets.isDigit(bytes[i]) || value > Long.MAX_VALUE / 10) {
        return Refusal.REQUEST_CONTENT_LENGTH;
      }
      value = value * 10 + bytes[i] - '0';
    }
    if (value < 0) {
      // The last digit was the one too many.
      return Refusal.REQUEST_CONTENT_LENGTH;
    }
    length = value;
    return value > ScanLimits.BODY ? Refusal.REQUEST_BODY_TOO_LARGE : null;
  }

  private @Nullable Refusal coding(byte[] bytes, int from, int to) {
    if (chunked) {
      return Refusal.REQUEST_TRANSFER_ENCODING;
    }
    chunked = is(bytes, from, to, "chunked");
    if (chunked) {
      return null;
    }
    return Codings.areKnown(bytes, from, to)
        ? Refusal.REQUEST_TRANSFER_CODING
        : Refusal.REQUEST_TRANSFER_ENCODING;
  }
}
