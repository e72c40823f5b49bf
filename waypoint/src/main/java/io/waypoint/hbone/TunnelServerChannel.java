// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.channel.AbstractServerChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket for tunnels: what arrives through HBONE on its loop is handed to its pipeline
 * like an accepted connection.
 */
final class TunnelServerChannel extends AbstractServerChannel {
  private final TunnelListeners listeners;
  private final ChannelConfig config = new DefaultChannelConfig(this);
  private volatile @Nullable MeshSocketAddress bound;
  private volatile boolean closed;

  TunnelServerChannel(TunnelListeners listeners) {
    this.listeners = listeners;
  }

  /** Takes over a tunnel; called on this channel's loop. */
  void offer(TunnelChannel tunnel) {
    pipeline().fireChannelRead(tunnel);
    pipeline().fireChannelReadComplete();
  }

  @Override
  protected void doBind(SocketAddress localAddress) {
    MeshSocketAddress address = (MeshSocketAddress) localAddress;
    listeners.add(eventLoop(), (TunnelListener) address.address(), this);
    bound = address;
  }

  @Override
  protected void doClose() {
    closed = true;
    MeshSocketAddress address = bound;
    if (address != null) {
      listeners.remove(eventLoop(), (TunnelListener) address.address());
      bound = null;
    }
  }

  @Override
  protected void doBeginRead() {
    // Tunnels are offered, not polled.
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected @Nullable SocketAddress localAddress0() {
    return bound;
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  public boolean isActive() {
    return bound != null;
  }
}
