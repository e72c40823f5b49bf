// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.GatewayName;
import java.util.List;

/**
 * A service as somebody has told of it, endpoints included.
 *
 * @param name the Service's or the ServiceEntry's
 * @param hostname the full name; a ServiceEntry has a service for each of its hosts
 * @param kubernetes whether it is a Service rather than a ServiceEntry
 * @param addresses in canonical spelling; empty when it has none
 * @param waypoints the waypoint that it is bound to and then the canary; empty without
 */
public record KnownService(
    String name,
    String namespace,
    String hostname,
    boolean kubernetes,
    List<String> addresses,
    List<GatewayName> waypoints,
    List<Port> ports) {
  /** One port and what stands behind it. */
  public record Port(int number, AppProtocol protocol, EndpointSet endpoints) {}

  /** An endpoint that is whatever the caller dialled, and nowhere for anybody else. */
  public static Endpoint asDialled(String workload) {
    return new Endpoint(Endpoint.AS_DIALLED, null, workload, false);
  }

  public KnownService {
    addresses = List.copyOf(addresses);
    waypoints = List.copyOf(waypoints);
    ports = List.copyOf(ports);
  }
}
