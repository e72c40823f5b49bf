// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.waypoint.refusal.Refusal;
import java.net.ConnectException;

/**
 * A workload could not be reached through HBONE; to whoever dials it is what ECONNREFUSED is to a
 * socket.
 */
public final class ConnectRefusedException extends ConnectException {
  private static final long serialVersionUID = 1L;

  private final Refusal reason;

  ConnectRefusedException(Refusal reason, String detail) {
    super(reason.message() + ": " + detail);
    this.reason = reason;
  }

  public Refusal reason() {
    return reason;
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
