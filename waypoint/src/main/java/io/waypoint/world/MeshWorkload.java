// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import io.waypoint.routing.CallerRoutes;
import io.waypoint.routing.FaultTable;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A workload with its addresses.
 *
 * @param addresses its own (pod) addresses in canonical spelling; empty for one that is only known
 *     by name
 * @param app where its process listens when that is not its own address and the port asked for: a
 *     process on this machine
 * @param hbone where its ztunnel listens, or null when it takes plain TCP only
 * @param guards what guards traffic that addresses it directly through this waypoint
 * @param ports its declared ports
 */
public record MeshWorkload(
    Workload workload,
    List<String> addresses,
    @Nullable InetSocketAddress app,
    @Nullable InetSocketAddress hbone,
    boolean ready,
    Binding binding,
    Guards guards,
    List<Destination> ports) {
  public MeshWorkload {
    addresses = List.copyOf(addresses);
    ports = List.copyOf(ports);
  }

  /** The destination that is any other port of this workload, addressed directly. */
  Destination anyPort(String address, int port) {
    InetSocketAddress own = app != null ? app : new InetSocketAddress(address, port);
    Endpoint.Tunnel tunnel =
        hbone == null ? null : new Endpoint.Tunnel(hbone, workload.identity().uri());
    var endpoint = new Endpoint(own, tunnel, workload.key(), ready);
    return new Destination(
        workload.name(),
        workload.namespace(),
        address,
        port,
        AppProtocol.UNKNOWN,
        true,
        guards,
        CallerRoutes.NONE,
        FaultTable.NONE,
        new EndpointSet(workload.name(), workload.namespace(), port, false, List.of(endpoint)));
  }
}
