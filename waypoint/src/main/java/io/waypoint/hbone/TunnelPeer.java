// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.vertx.core.net.SocketAddress;
import io.waypoint.rbac.identity.SpiffeId;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The far side of an accepted tunnel, as {@code HttpServerRequest.remoteAddress()} gives it: who
 * called and from where.
 *
 * @param socket the address of the HBONE connection's other end
 * @param identity what its certificate proved
 * @param serial tells two tunnels of one peer apart
 * @param forwardedFor the CONNECT's {@code forwarded} header as received: advisory, never part of a
 *     decision
 */
public record TunnelPeer(
    InetSocketAddress socket, SpiffeId identity, long serial, @Nullable String forwardedFor)
    implements SocketAddress {
  @Override
  public @Nullable String host() {
    return null;
  }

  @Override
  public @Nullable String hostName() {
    return null;
  }

  @Override
  public @Nullable String hostAddress() {
    return null;
  }

  @Override
  public int port() {
    return -1;
  }

  /** Vert.x swaps local and remote for an empty path; it is never empty here. */
  @Override
  public String path() {
    return identity.uri() + "@" + socket.getHostString() + ":" + socket.getPort() + "#" + serial;
  }

  @Override
  public boolean isInetSocket() {
    return false;
  }

  @Override
  public boolean isDomainSocket() {
    return true;
  }

  @Override
  public String toString() {
    return path();
  }
}
