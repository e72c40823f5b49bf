// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which server channel takes the tunnels of a name on a loop. Written at start and stop, read once
 * a tunnel.
 */
final class TunnelListeners {
  private record Key(EventLoop loop, String name) {}

  private final Map<Key, TunnelServerChannel> channels = new ConcurrentHashMap<>();

  void add(EventLoop loop, TunnelListener address, TunnelServerChannel channel) {
    if (channels.putIfAbsent(new Key(loop, address.name()), channel) != null) {
      throw new IllegalStateException(
          "this loop already listens for tunnels named " + address.name());
    }
  }

  void remove(EventLoop loop, TunnelListener address) {
    channels.remove(new Key(loop, address.name()));
  }

  @Nullable TunnelServerChannel find(EventLoop loop, String name) {
    return channels.get(new Key(loop, name));
  }
}
