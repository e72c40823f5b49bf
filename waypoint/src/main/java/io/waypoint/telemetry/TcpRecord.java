// SPDX-License-Identifier: Apache-2.0
package io.waypoint.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * One relayed connection. {@link Recorder#beginTcp} makes it, {@link Recorder#opened} counts it,
 * {@link Recorder#report} adds what it moved so far, {@link Recorder#closed} ends it.
 */
public final class TcpRecord extends Flow {
  long reportedIn;
  long reportedOut;
  boolean open;
  boolean closed;

  /** The recorder's list of open connections runs through the records themselves. */
  @Nullable TcpRecord next;

  @Nullable TcpRecord previous;

  TcpRecord(long startMillis, long startNanos) {
    super(startMillis, startNanos);
  }
}
