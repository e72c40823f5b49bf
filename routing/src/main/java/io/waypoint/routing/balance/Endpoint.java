// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One place that serves a backend.
 *
 * @param address the workload's own address and target port, for example {@code 10.1.0.12:9080};
 *     the CONNECT authority of a tunnel
 * @param tunnel how to reach it through HBONE, or null when it takes plain TCP
 * @param workload its name among the mesh's workloads, for example {@code default/reviews-v1-abc}
 * @param ready whether it may be picked
 * @param locality where it runs
 */
public record Endpoint(
    InetSocketAddress address,
    @Nullable Tunnel tunnel,
    String workload,
    boolean ready,
    Locality locality) {
  /** One of which nobody says where it runs. */
  public Endpoint(
      InetSocketAddress address, @Nullable Tunnel tunnel, String workload, boolean ready) {
    this(address, tunnel, workload, ready, Locality.UNKNOWN);
  }

  /** Address and port, for example {@code 10.1.0.12:9080}. */
  String name() {
    String host =
        address.getAddress() instanceof Inet6Address
            ? "[" + address.getAddress().getHostAddress() + "]"
            : address.getHostString();
    return host + ":" + address.getPort();
  }

  /**
   * @param hbone where the workload's ztunnel listens, usually its address and port 15008
   * @param identity the exact SPIFFE URI that the far side must present
   */
  public record Tunnel(InetSocketAddress hbone, String identity) {}
}
