// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A connection to a destination that is not HTTP, open and not yet joined to a tunnel. Once joined,
 * bytes, back-pressure, half-close and the end cross from one to the other, channel to channel.
 */
public final class Uplink {
  private final Channel channel;
  private final RelayHandler fromDestination;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong received;

  Uplink(Channel channel, RelayHandler fromDestination) {
    this.channel = channel;
    this.fromDestination = fromDestination;
    this.received = fromDestination.bytes();
  }

  /** Bytes that went to the destination. */
  public long sent() {
    return sent.get();
  }

  /** Bytes that came from the destination. */
  public long received() {
    return received.get();
  }

  /** Runs {@code listener} on the event loop when the connection has closed, however that came. */
  public void onClose(Runnable listener) {
    channel.closeFuture().addListener(closed -> listener.run());
  }

  /** Closes it and the tunnel joined to it. */
  public void close() {
    channel.close();
  }

  /** Takes over {@code tunnel}, which is on the same loop and has read nothing yet. */
  void join(Channel tunnel) {
    tunnel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    RelayHandler fromTunnel = new RelayHandler(sent);
    tunnel.pipeline().addLast(fromTunnel);
    fromTunnel.join(channel);
    fromDestination.join(tunnel);
    tunnel.config().setAutoRead(true);
    channel.config().setAutoRead(true);
  }
}
