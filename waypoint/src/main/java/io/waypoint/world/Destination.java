// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.jwt.JwtRules;
import io.waypoint.routing.CallerRoutes;
import io.waypoint.routing.FaultTable;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * One port that callers may address through this waypoint: a port of a service, or any port of a
 * workload.
 *
 * @param service the service's name; for a destination that is a workload, the workload's
 * @param hostname the service's full name, for example {@code reviews.default.svc.cluster.local}
 * @param port the port the caller addressed: the service port, not the target port
 * @param workload whether a pod's address was addressed rather than a service's
 * @param guards what stands before it
 * @param routes which routes attach, for each namespace that may call; without any for a caller its
 *     requests go to {@code endpoints}
 * @param faults which requests are broken on purpose, whatever the routes say
 * @param endpoints where requests go without routes
 */
public record Destination(
    String service,
    String namespace,
    String hostname,
    int port,
    AppProtocol protocol,
    boolean workload,
    Guards guards,
    CallerRoutes routes,
    FaultTable faults,
    EndpointSet endpoints) {
  /** A destination where tokens mean nothing and nothing is broken on purpose. */
  public Destination(
      String service,
      String namespace,
      String hostname,
      int port,
      AppProtocol protocol,
      boolean workload,
      PolicySet policies,
      CallerRoutes routes,
      EndpointSet endpoints) {
    this(
        service,
        namespace,
        hostname,
        port,
        protocol,
        workload,
        Guards.of(policies),
        routes,
        FaultTable.NONE,
        endpoints);
  }

  /**
   * The same destination for a caller who dialled an address: where the endpoint is whatever was
   * dialled, it is that.
   */
  Destination dialled(String address) {
    List<Endpoint> all = endpoints.endpoints();
    if (all.size() != 1 || all.getFirst().address() != Endpoint.AS_DIALLED) {
      return this;
    }
    // Loopback is left to whoever wrote a file: of the told and of objects it comes no further.
    var socket = new InetSocketAddress(address, port);
    if (socket.isUnresolved() || OffLimits.why(socket.getAddress()) != null) {
      return this;
    }
    var endpoint = all.getFirst().dialled(socket);
    return new Destination(
        service,
        namespace,
        hostname,
        port,
        protocol,
        workload,
        guards,
        routes,
        faults,
        endpoints.with(List.of(endpoint)));
  }

  /** What callers may do; an empty set allows. */
  public PolicySet policies() {
    return guards.policies();
  }

  /** Whose bearers are who they say. */
  public JwtRules tokens() {
    return guards.tokens();
  }
}
