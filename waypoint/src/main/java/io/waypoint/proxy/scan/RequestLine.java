// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy.scan;

import io.waypoint.refusal.Refusal;
import org.jspecify.annotations.Nullable;

/** The first line of a head: {@code METHOD SP target SP HTTP/1.x}, with single spaces. */
final class RequestLine {
  private static final int VERSION = "HTTP/1.1".length();

  private final int longestTarget;
  private boolean http10;
  private boolean isGet;

  RequestLine(int longestTarget) {
    this.longestTarget = longestTarget;
  }

  boolean isHttp10() {
    return http10;
  }

  /** Whether the line permits a change of protocol. */
  boolean mayUpgrade() {
    return isGet && !http10;
  }

  /** Judges a line of {@link Octets#LINE} bytes. */
  @Nullable Refusal judge(byte[] bytes, int from, int to) {
    int first = Octets.indexOf(bytes, from, to, ' ');
    if (first < 0) {
      return Refusal.REQUEST_LINE;
    }
    Refusal refusal = judgeMethod(bytes, from, first);
    if (refusal != null) {
      return refusal;
    }
    int second = Octets.indexOf(bytes, first + 1, to, ' ');
    if (second < 0 || second == first + 1) {
      return Refusal.REQUEST_LINE;
    }
    refusal = judgeVersion(bytes, second + 1, to);
    return refusal != null
        ? refusal
        : judgeTarget(bytes, first + 1, second, Octets.equal(bytes, from, first, "OPTIONS"));
  }

  private @Nullable Refusal judgeMethod(byte[] bytes, int from, int to) {
    if (from == to || to - from > ScanLimits.METHOD) {
      return Refusal.REQUEST_METHOD;
    }
    for (int i = from; i < to; i++) {
      byte c = bytes[i];
      if ((c < 'A' || c > 'Z') && c != '-' && c != '_') {
        return Refusal.REQUEST_METHOD;
      }
    }
    isGet = Octets.equal(bytes, from, to, "GET");
    return Octets.equal(bytes, from, to, "CONNECT")
            || Octets.equal(bytes, from, to, "TRACE")
            || Octets.equal(bytes, from, to, RefusedRequest.METHOD)
        ? Refusal.REQUEST_METHOD_NOT_SERVED
        : null;
  }

  private @Nullable Refusal judgeVersion(byte[] bytes, int from, int to) {
    http10 = Octets.equal(bytes, from, to, "HTTP/1.0");
    if (http10 || Octets.equal(bytes, from, to, "HTTP/1.1")) {
      return null;
    }
    boolean isVersion =
        to - from == VERSION
            && Octets.startsIgnoringCase(bytes, from, to, "http/")
            && Octets.isDigit(bytes[from + 5])
            && bytes[from + 5] != '0'
            && bytes[from + 6] == '.'
            && Octets.isDigit(bytes[from + 7]);
    return isVersion ? Refusal.REQUEST_VERSION : Refusal.REQUEST_LINE;
  }

  private @Nullable Refusal judgeTarget(byte[] bytes, int from, int to, boolean ofOptions) {
    if (to - from > longestTarget) {
      return Refusal.REQUEST_TARGET_TOO_LONG;
    }
    if (Octets.indexOf(bytes, from, to, '#') >= 0) {
      return Refusal.REQUEST_TARGET;
    }
    if (bytes[from] == '/') {
      return null;
    }
    if (bytes[from] == '*') {
      return ofOptions && to - from == 1 ? null : Refusal.REQUEST_TARGET;
    }
    return judgeAbsolute(bytes, from, to);
  }

  private static @Nullable Refusal judgeAbsolute(byte[] bytes, int from, int to) {
    int host = from;
    if (Octets.startsIgnoringCase(bytes, from, to, "http://")) {
      host = from + "http://".length();
    } else if (Octets.startsIgnoringCase(bytes, from, to, "https://")) {
      host = from + "https://".length();
    } else {
      return isOtherScheme(bytes, from, to) ? Refusal.REQUEST_SCHEME : Refusal.REQUEST_TARGET;
    }
    int end = host;
    while (end < to && bytes[end] != '/' && bytes[end] != '?') {
      end++;
    }
    return HostSyntax.isValid(bytes, host, end) ? null : Refusal.REQUEST_AUTHORITY;
  }

  private static boolean isOtherScheme(byte[] bytes, int from, int to) {
    int colon = Octets.indexOf(bytes, from, to, ':');
    return colon > from
        && Octets.isToken(bytes, from, colon)
        && colon + 2 < to
        && bytes[colon + 1] == '/'
        && bytes[colon + 2] == '/';
  }
}
