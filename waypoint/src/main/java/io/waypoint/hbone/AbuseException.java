// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.waypoint.refusal.Refusal;

/** A peer spends more of us than of itself; ends its connection with ENHANCE_YOUR_CALM. */
final class AbuseException extends Http2Exception {
  private static final long serialVersionUID = 1L;

  private final Refusal reason;

  AbuseException(Refusal reason) {
    super(Http2Error.ENHANCE_YOUR_CALM, reason.label(), ShutdownHint.HARD_SHUTDOWN);
    this.reason = reason;
  }

  Refusal reason() {
    return reason;
  }
}
