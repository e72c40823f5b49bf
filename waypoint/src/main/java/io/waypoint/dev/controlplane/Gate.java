// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.controlplane;

import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import io.waypoint.identity.PeerTrustManager;
import io.waypoint.identity.PeerVerdict;
import io.waypoint.rbac.identity.SpiffeId;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Tells who calls, from the call. */
final class Gate {
  private static final String BEARER = "Bearer ";

  private final Callers callers;

  Gate(Callers callers) {
    this.callers = callers;
  }

  Caller caller(GrpcServerRequest<?, ?> call) {
    String header = call.headers().get("authorization");
    String token =
        header != null && header.startsWith(BEARER) ? header.substring(BEARER.length()) : null;
    return callers.identify(token, certified(call.connection().sslSession()));
  }

  /** The handshake has verified what it took. */
  private static @Nullable SpiffeId certified(@Nullable SSLSession session) {
    return session != null
            && PeerTrustManager.identity(session) instanceof PeerVerdict.Verified(SpiffeId id)
        ? id
        : null;
  }

  static void refuse(GrpcServerResponse<?, ?> response, RefusedCallException why) {
    response.status(why.status()).statusMessage(String.valueOf(why.getMessage())).end();
  }
}
