// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import java.io.IOException;

/** A connection has ended before a message was complete. It has no stack trace. */
public final class ConnectionEndedException extends IOException {
  private static final long serialVersionUID = 1;

  ConnectionEndedException() {
    super("the connection has ended");
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
