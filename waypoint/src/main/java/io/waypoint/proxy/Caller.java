// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.net.SocketAddress;
import io.waypoint.authorizer.Question;
import io.waypoint.hbone.TunnelPeer;
import io.waypoint.hbone.TunnelTarget;
import io.waypoint.rbac.IpAddress;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.routing.balance.KeyHash;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection, and what it addressed. Made once for each connection, so
 * that no request pays for it.
 */
public final class Caller {
  private final InetSocketAddress peer;
  private final SpiffeId identity;
  private final String principal;
  private final IpAddress source;
  private final long sourceHash;
  private final String host;
  private final int port;
  private final @Nullable IpAddress destination;
  private final Question.Parties parties;

  /**
   * @param peer the far end of the tunnel's connection
   * @param identity what its certificate proved
   * @param host of the CONNECT authority, in canonical form
   */
  public Caller(InetSocketAddress peer, SpiffeId identity, String host, int port) {
    this.peer = peer;
    this.identity = identity;
    this.principal = identity.uri();
    this.source = IpAddress.of(peer.getAddress());
    this.sourceHash = KeyHash.of(peer.getAddress().getHostAddress());
    this.host = host;
    this.port = port;
    this.destination = addressOf(host);
    this.parties = new Question.Parties(peer, principal, host, port);
  }

  /** The caller behind a tunnel, from the two addresses that the tunnel's connection shows. */
  public static Caller ofTunnel(SocketAddress remote, SocketAddress local) {
    if (remote instanceof TunnelPeer peer && local instanceof TunnelTarget target) {
      return new Caller(
          peer.socket(), peer.identity(), target.authorityHost(), target.authorityPort());
    }
    throw new IllegalArgumentException("not the addresses of a tunnel: " + remote + ", " + local);
  }

  private static @Nullable IpAddress addressOf(String host) {
    try {
      return IpAddress.parse(host);
    } catch (IllegalArgumentException name) {
      return null;
    }
  }

  /** As an authorizer is told. */
  Question.Parties parties() {
    return parties;
  }

  InetSocketAddress peer() {
    return peer;
  }

  SpiffeId identity() {
    return identity;
  }

  String principal() {
    return principal;
  }

  IpAddress source() {
    return source;
  }

  /** The number by which consistent hashing places its requests. */
  long sourceHash() {
    return sourceHash;
  }

  String host() {
    return host;
  }

  int port() {
    return port;
  }

  @Nullable IpAddress destination() {
    return destination;
  }
}
