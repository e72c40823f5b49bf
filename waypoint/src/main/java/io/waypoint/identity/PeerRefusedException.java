// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import io.waypoint.refusal.Refusal;
import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/**
 * How a refusal travels through a TLS engine: both engines keep it as a cause of the exception that
 * ends the handshake.
 */
public final class PeerRefusedException extends CertificateException {
  private static final int DEEPEST = 16;

  private final Refusal refusal;

  PeerRefusedException(Refusal refusal) {
    super(refusal.message());
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }

  /**
   * The refusal behind a failed handshake; {@link Refusal#TLS_HANDSHAKE} when it failed elsewhere.
   */
  public static Refusal behind(Throwable handshakeFailure) {
    @Nullable Throwable cause = handshakeFailure;
    for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
      if (cause instanceof PeerRefusedException refused) {
        return refused.refusal();
      }
      cause = cause.getCause();
    }
    return Refusal.TLS_HANDSHAKE;
  }
}
