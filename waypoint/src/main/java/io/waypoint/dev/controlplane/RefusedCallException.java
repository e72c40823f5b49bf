// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.controlplane;

import io.vertx.grpc.common.GrpcStatus;

/** A call that is answered with an error. */
final class RefusedCallException extends Exception {
  private static final long serialVersionUID = 1;

  private final GrpcStatus status;

  RefusedCallException(GrpcStatus status, String message) {
    super(message);
    this.status = status;
  }

  GrpcStatus status() {
    return status;
  }
}
