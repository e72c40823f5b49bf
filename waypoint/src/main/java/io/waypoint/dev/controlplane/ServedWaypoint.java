// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.controlplane;

import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.world.GatewayName;
import java.net.InetSocketAddress;

/**
 * The waypoint of this mesh, as ztunnels have to know it.
 *
 * @param hbone where it takes tunnels; its Service maps port 15008 to this port
 */
public record ServedWaypoint(GatewayName name, SpiffeId identity, InetSocketAddress hbone) {
  static final int PORT = 15008;

  String hostname(String clusterDomain) {
    return name.name() + "." + name.namespace() + ".svc." + clusterDomain;
  }
}
