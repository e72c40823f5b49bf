// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.netty.channel.Channel;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Asks over and over, and takes the answers in sips. On the generator's loop. */
final class SlowReader implements Lane.Turn {
  private static final long SIP_MILLIS = 20;

  private final Lane lane;
  private final AtomicLong failures;
  private final ScheduledFuture<?> sips;

  /**
   * @param failures counts answers that were wrong, and the loss of the tunnel
   */
  SlowReader(Channel channel, Requests requests, AtomicLong failures) {
    this.failures = failures;
    this.lane = new Http1Lane(channel, requests, this);
    channel.config().setAutoRead(false);
    this.sips =
        channel
            .eventLoop()
            .scheduleAtFixedRate(channel::read, SIP_MILLIS, SIP_MILLIS, TimeUnit.MILLISECONDS);
    lane.send();
  }

  @Override
  public void ended(Lane ended, @Nullable String problem, long bytes) {
    if (problem != null) {
      failures.incrementAndGet();
    }
    lane.send();
  }

  @Override
  public void broken(Lane broken, String problem, boolean underWay) {
    sips.cancel(false);
    failures.incrementAndGet();
  }

  void close() {
    sips.cancel(false);
    lane.close();
  }
}
