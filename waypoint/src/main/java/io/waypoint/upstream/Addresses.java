// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import io.vertx.core.net.SocketAddress;
import io.waypoint.hbone.WorkloadAddress;
import io.waypoint.routing.balance.Endpoint;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** Where to dial for an endpoint: through its tunnel when it has one, else plainly. */
public final class Addresses {
  private Addresses() {}

  public static SocketAddress of(Endpoint endpoint) {
    Endpoint.Tunnel tunnel = endpoint.tunnel();
    if (tunnel == null) {
      return SocketAddress.inetSocketAddress(endpoint.address());
    }
    return new WorkloadAddress(
        tunnel.hbone(), tunnel.identity(), authority(endpoint.address()), WorkloadAddress.OWN);
  }

  private static String authority(InetSocketAddress address) {
    String host =
        address.getAddress() instanceof Inet6Address ipv6
            ? "[" + ipv6.getHostAddress() + "]"
            : address.getHostString();
    return host + ":" + address.getPort();
  }
}
