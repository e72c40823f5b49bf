// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.rbac.PathNormalization;
import io.waypoint.rbac.RequestTarget;
import io.waypoint.refusal.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * What a request line and a host say: the one reading of them, for requests that arrive and for
 * those that somebody only asks about.
 *
 * @param refusal why it would be refused before policy; null when it would not be
 * @param authority the one that counts: an absolute target's wins over the host
 * @param target the canonical one; null when it is refused
 */
public record StatedHead(
    @Nullable Refusal refusal, String authority, @Nullable RequestTarget target) {
  /**
   * Judges what every codec lets through as it stands.
   *
   * @param rawTarget as received, one character a byte; null for a request without one
   */
  public static StatedHead read(
      @Nullable String method,
      @Nullable String host,
      @Nullable String rawTarget,
      PathNormalization normalization) {
    Refusal refusal = CanonicalRequest.judgeMethod(method == null ? "" : method);
    return refusal != null ? refused(refusal) : readTarget(method, host, rawTarget, normalization);
  }

  /** Reads a head whose method is known to be good. */
  static StatedHead readTarget(
      @Nullable String method,
      @Nullable String host,
      @Nullable String rawTarget,
      PathNormalization normalization) {
    String authority = host;
    String raw = rawTarget == null ? "" : rawTarget;
    AbsoluteTarget absolute = AbsoluteTarget.parse(raw);
    if (absolute != null) {
      authority = absolute.authority();
      raw = absolute.target();
    }
    if (authority == null || !Authority.isValid(authority)) {
      return refused(Refusal.REQUEST_AUTHORITY);
    }
    boolean whole = raw.equals("*") && "OPTIONS".equals(method);
    RequestTarget target = whole ? new RequestTarget(raw, null) : normalization.target(raw);
    return target == null
        ? refused(Refusal.REQUEST_TARGET)
        : new StatedHead(null, authority, target);
  }

  private static StatedHead refused(Refusal refusal) {
    return new StatedHead(refusal, "", null);
  }

  /** The gRPC status that stands for an HTTP status of ours. */
  public static int grpcStatus(int httpStatus) {
    return GrpcStatus.of(httpStatus);
  }
}
