// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;

/** The end of one direction, for relays that join sockets and tunnels. */
public final class HalfClosure {
  private HalfClosure() {}

  /**
   * Ends what we send, after what was written; reading goes on. A channel that cannot end one
   * direction is closed.
   */
  public static ChannelFuture endOutput(Channel channel) {
    return switch (channel) {
      case DuplexChannel duplex -> duplex.shutdownOutput();
      case TunnelChannel tunnel -> {
        ChannelPromise promise = tunnel.newPromise();
        tunnel.shutdownOutput(promise);
        yield promise;
      }
      default -> channel.close();
    };
  }
}
