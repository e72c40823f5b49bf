// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.channel.Channel;

/** That tunnels of a name are taken on a loop; those that were taken live on when it ends. */
public final class TunnelService implements AutoCloseable {
  private final Channel listener;

  TunnelService(Channel listener) {
    this.listener = listener;
  }

  @Override
  public void close() {
    listener.close();
  }
}
