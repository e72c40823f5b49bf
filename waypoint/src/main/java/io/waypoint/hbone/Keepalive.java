// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.channel.ChannelHandlerContext;
import io.waypoint.refusal.Refusal;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** PING at an interval; a peer that does not answer in time is gone, whatever TCP says. */
final class Keepalive {
  /** Marks the PING that follows a first GOAWAY. */
  static final long DRAIN_PAYLOAD = 0x77617970_64726169L;

  private static final long PAYLOAD = 0x77617970_70696e67L;

  private final HboneConnection connection;
  private @Nullable Future<?> next;
  private @Nullable Future<?> deadline;

  Keepalive(HboneConnection connection) {
    this.connection = connection;
  }

  boolean isOurs(long payload) {
    return payload == PAYLOAD;
  }

  void start(ChannelHandlerContext ctx) {
    long millis = connection.transport.settings().pingInterval().toMillis();
    next = ctx.executor().scheduleAtFixedRate(this::ping, millis, millis, TimeUnit.MILLISECONDS);
  }

  private void ping() {
    if (deadline != null) {
      return;
    }
    connection.ping(PAYLOAD);
    long millis = connection.transport.settings().pingTimeout().toMillis();
    deadline =
        connection.context().executor().schedule(this::expired, millis, TimeUnit.MILLISECONDS);
  }

  private void expired() {
    var channel = connection.context().channel();
    connection.transport.events().refused(Refusal.H2_PING_TIMEOUT, channel.remoteAddress(), "");
    channel.close();
  }

  void answered() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  void stop() {
    answered();
    if (next != null) {
      next.cancel(false);
      next = null;
    }
  }
}
