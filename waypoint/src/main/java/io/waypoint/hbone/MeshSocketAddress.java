// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import java.net.SocketAddress;

/** Carries one of our Vert.x addresses through Netty. */
final class MeshSocketAddress extends SocketAddress {
  private static final long serialVersionUID = 1L;

  private final transient io.vertx.core.net.SocketAddress address;

  MeshSocketAddress(io.vertx.core.net.SocketAddress address) {
    this.address = address;
  }

  io.vertx.core.net.SocketAddress address() {
    return address;
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
