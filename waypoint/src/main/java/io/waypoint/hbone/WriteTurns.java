// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import java.util.ArrayDeque;

/**
 * Who of a connection's tunnels may write next. What the HTTP/2 encoder and the socket hold is
 * bounded for the whole connection, however large the windows are that the peer has granted; and
 * tunnels that wait are served in turn, so that none takes every update of a tight connection
 * window.
 */
final class WriteTurns {
  private static final int MOST_OUTSTANDING = 1024 * 1024;

  private final HboneConnection connection;
  private final ArrayDeque<TunnelStream> waiting = new ArrayDeque<>();

  /** Bytes handed to the encoder and not yet in the hands of the kernel. */
  private int outstanding;

  WriteTurns(HboneConnection connection) {
    this.connection = connection;
  }

  /** How many bytes all tunnels together may still hand over. */
  int room() {
    return MOST_OUTSTANDING - outstanding;
  }

  /** So many bytes are on their way to the kernel. */
  void handed(int bytes) {
    outstanding += bytes;
  }

  /** The promise of a write of so many of the bytes that were handed over. */
  ChannelPromise written(ChannelHandlerContext ctx, int bytes) {
    return new Written(ctx, bytes);
  }

  /** So many will never be written. */
  void lost(int bytes) {
    outstanding -= bytes;
  }

  void join(TunnelStream tunnel) {
    if (!tunnel.queued) {
      tunnel.queued = true;
      waiting.add(tunnel);
    }
  }

  void leave(TunnelStream tunnel) {
    if (tunnel.queued) {
      tunnel.queued = false;
      waiting.remove(tunnel);
    }
  }

  /** Lets each tunnel that waits have its turn while the connection takes more. */
  void next() {
    for (int left = waiting.size(); left > 0 && connection.room() > 0; left--) {
      TunnelStream tunnel = waiting.poll();
      if (tunnel == null) {
        return;
      }
      tunnel.queued = false;
      tunnel.budgetMayHaveGrown();
      if (tunnel.isWaiting()) {
        join(tunnel);
      }
    }
  }

  /** A promise that is its own listener: one object a write. */
  private final class Written extends DefaultChannelPromise implements ChannelFutureListener {
    private final int bytes;

    Written(ChannelHandlerContext ctx, int bytes) {
      super(ctx.channel(), ctx.executor());
      this.bytes = bytes;
      addListener(this);
    }

    @Override
    public void operationComplete(ChannelFuture future) {
      outstanding -= bytes;
    }
  }
}
