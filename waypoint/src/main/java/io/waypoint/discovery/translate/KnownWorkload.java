// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.world.GatewayName;
import io.waypoint.world.Workload;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A workload as somebody has told of it.
 *
 * @param addresses those that are its alone, in canonical spelling; empty for one on the network of
 *     its node
 * @param hbone where its ztunnel listens, or null for plain TCP
 * @param waypoint the waypoint in front of it, or null
 */
public record KnownWorkload(
    Workload workload,
    List<String> addresses,
    @Nullable InetSocketAddress hbone,
    boolean ready,
    @Nullable GatewayName waypoint) {
  public KnownWorkload {
    addresses = List.copyOf(addresses);
  }
}
