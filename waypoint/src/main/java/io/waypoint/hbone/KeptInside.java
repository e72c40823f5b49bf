// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import org.jspecify.annotations.Nullable;

/**
 * What HTTP/2 inside of one tunnel has taken from it and nobody has read: its windows let streams
 * that stall leave room for others, and are wider than the tunnel's. It counts among the {@link
 * UnreadBytes}, as of the last time that the tunnel was read or written. On the channel's loop.
 */
final class KeptInside {
  private final UnreadBytes unread;
  private @Nullable Http2Connection connection;
  private int counted;
  private boolean over;

  KeptInside(UnreadBytes unread) {
    this.unread = unread;
  }

  /** Something may have been taken or read. */
  void count(ChannelPipeline pipeline) {
    if (over) {
      return;
    }
    if (connection == null) {
      Http2ConnectionHandler handler = pipeline.get(Http2ConnectionHandler.class);
      if (handler == null) {
        return;
      }
      connection = handler.connection();
    }
    account(connection.local().flowController().unconsumedBytes(connection.connectionStream()));
  }

  /** The tunnel is closed. */
  void forget() {
    over = true;
    account(0);
  }

  private void account(int now) {
    if (now != counted) {
      unread.add(now - counted);
      counted = now;
    }
  }
}
