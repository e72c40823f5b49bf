// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy.scan;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.waypoint.refusal.Refusal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The request that takes the place of a refused one, so that it is answered in its turn, behind the
 * answers to earlier requests, and recorded like any other. The scanner lets nobody else send it.
 */
public final class RefusedRequest {
  static final String METHOD = "WAYPOINT-REFUSED";

  private RefusedRequest() {}

  /** A whole request for the decoder; the caller releases it. */
  public static ByteBuf encode(Refusal refusal) {
    return Unpooled.copiedBuffer(
        METHOD + " /" + refusal.name() + " HTTP/1.1\r\nhost: refused\r\nconnection: close\r\n\r\n",
        StandardCharsets.US_ASCII);
  }

  /** What a decoded HTTP/1 request was refused for; null if it is an ordinary request. */
  public static @Nullable Refusal decode(String method, String path) {
    if (!method.equals(METHOD)) {
      return null;
    }
    for (Refusal refusal : Refusal.values()) {
      if (path.length() == refusal.name().length() + 1 && path.endsWith(refusal.name())) {
        return refusal;
      }
    }
    return Refusal.REQUEST_METHOD_NOT_SERVED;
  }
}
