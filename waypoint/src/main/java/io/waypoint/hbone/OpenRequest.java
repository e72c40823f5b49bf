// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/** A channel that wants a tunnel, from the pool to the answer of its CONNECT. */
final class OpenRequest {
  final WorkloadAddress workload;
  final TunnelChannel channel;
  int attempts;

  /** The connection whose peer refused the stream; it is not asked again. */
  @Nullable OutboundConnection refusedBy;

  @Nullable ScheduledFuture<?> deadline;

  OpenRequest(WorkloadAddress workload, TunnelChannel channel) {
    this.workload = workload;
    this.channel = channel;
  }

  boolean isWanted() {
    return channel.isConnecting();
  }

  void settle() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }
}
