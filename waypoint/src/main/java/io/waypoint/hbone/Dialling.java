// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The time of a dialling channel between its connect and the answer, which is told once. */
final class Dialling {
  private final TunnelChannel channel;
  private @Nullable ChannelPromise promise;

  Dialling(TunnelChannel channel) {
    this.channel = channel;
  }

  void begin(WorkloadAddress workload, int timeoutMillis, ChannelPromise connected) {
    promise = connected;
    if (timeoutMillis > 0) {
      var timer =
          channel
              .eventLoop()
              .schedule(() -> expire(workload), timeoutMillis, TimeUnit.MILLISECONDS);
      connected.addListener(done -> timer.cancel(false));
    }
  }

  private void expire(WorkloadAddress workload) {
    if (promise != null) {
      channel.connectFailed(
          new ConnectTimeoutException("no tunnel to " + workload.authority() + " in time"));
    }
  }

  /** Returns whether anybody still wants the tunnel. */
  boolean succeed() {
    ChannelPromise connected = promise;
    promise = null;
    return connected != null && connected.trySuccess();
  }

  void fail(Throwable cause) {
    ChannelPromise connected = promise;
    promise = null;
    if (connected != null) {
      connected.tryFailure(cause);
    }
  }
}
