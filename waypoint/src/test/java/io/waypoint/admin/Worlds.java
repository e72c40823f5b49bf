// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.routing.CallerRoutes;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.Binding;
import io.waypoint.world.Destination;
import io.waypoint.world.GatewayName;
import io.waypoint.world.Guards;
import io.waypoint.world.MeshService;
import io.waypoint.world.MeshSettings;
import io.waypoint.world.MeshWorkload;
import io.waypoint.world.Workload;
import io.waypoint.world.World;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Worlds of any size. */
final class Worlds {
  private Worlds() {}

  static World of(int services) {
    var made = new ArrayList<MeshService>();
    for (int i = 0; i < services; i++) {
      made.add(service("svc-" + i));
    }
    return new World(
        7, MeshSettings.DEFAULTS, GatewayName.parse("default/waypoint"), made, List.of(workload()));
  }

  private static MeshService service(String name) {
    String hostname = name + ".default.svc.cluster.local";
    var endpoint =
        new Endpoint(
            new InetSocketAddress("10.0.0.12", 9080),
            new Endpoint.Tunnel(
                new InetSocketAddress("10.0.0.12", 15008),
                "spiffe://cluster.local/ns/default/sa/" + name),
            "default/" + name + "-0",
            true);
    var port =
        new Destination(
            name,
            "default",
            hostname,
            9080,
            AppProtocol.HTTP,
            false,
            PolicySet.ALLOW_ALL,
            CallerRoutes.NONE,
            new EndpointSet(name, "default", 9080, false, List.of(endpoint)));
    return new MeshService(
        name, "default", hostname, List.of("10.96.0.5"), Binding.OURS, List.of(port));
  }

  private static MeshWorkload workload() {
    var workload =
        new Workload(
            "svc-0-pod",
            "default",
            "svc-0",
            SpiffeId.of("cluster.local", "default", "svc-0"),
            "svc-0",
            "v1",
            "svc-0",
            "v1",
            "Kubernetes");
    return new MeshWorkload(
        workload,
        List.of("10.0.0.12"),
        null,
        new InetSocketAddress("fd00::12", 15008),
        true,
        new Binding.Another(GatewayName.parse("other/gw")),
        Guards.NONE,
        List.of());
  }
}
