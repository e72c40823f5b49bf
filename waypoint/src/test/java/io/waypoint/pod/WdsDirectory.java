// SPDX-License-Identifier: Apache-2.0
package io.waypoint.pod;

import io.waypoint.dev.ztunnel.Directory;
import io.waypoint.dev.ztunnel.Hop;
import io.waypoint.discovery.translate.Census;
import io.waypoint.discovery.translate.KnownService;
import io.waypoint.discovery.wds.WdsDiscovery;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.world.GatewayName;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What a ztunnel knows: what istiod told it, and nothing else. */
public record WdsDirectory(WdsDiscovery told) implements Directory {
  private static final int HBONE = 15008;

  @Override
  public Hop find(SpiffeId caller, String host, int port) {
    Census census = told.census();
    if (census == null) {
      return new Hop.Nowhere("istiod has told nothing yet");
    }
    KnownService service = service(census, caller.namespace(), host);
    if (service == null) {
      return new Hop.Nowhere("istiod told of no service " + host);
    }
    if (service.waypoints().isEmpty()) {
      return direct(service, port);
    }
    GatewayName waypoint = service.waypoints().getFirst();
    KnownService front = service(census, waypoint.namespace(), waypoint.name());
    Endpoint endpoint = front == null ? null : ready(front, HBONE);
    if (endpoint == null) {
      return new Hop.Nowhere("waypoint " + waypoint + " has no endpoint");
    }
    InetSocketAddress at = endpoint.address();
    return new Hop.Tunnel(
        at, identity(census, endpoint), service.addresses().getFirst() + ":" + port);
  }

  private static Hop direct(KnownService service, int port) {
    Endpoint endpoint = ready(service, port);
    Endpoint.Tunnel tunnel = endpoint == null ? null : endpoint.tunnel();
    return endpoint == null || tunnel == null
        ? new Hop.Nowhere("nothing stands behind " + service.name())
        : new Hop.Tunnel(
            tunnel.hbone(),
            tunnel.identity(),
            endpoint.address().getHostString() + ":" + endpoint.address().getPort());
  }

  static @Nullable KnownService service(Census census, String namespace, String host) {
    for (KnownService service : census.services()) {
      boolean sibling = service.namespace().equals(namespace) && service.name().equals(host);
      if (sibling || service.hostname().equals(host)) {
        return service;
      }
    }
    return null;
  }

  private static @Nullable Endpoint ready(KnownService service, int port) {
    for (KnownService.Port each : service.ports()) {
      if (each.number() == port) {
        for (Endpoint endpoint : each.endpoints().endpoints()) {
          if (endpoint.ready()) {
            return endpoint;
          }
        }
      }
    }
    return null;
  }

  private static String identity(Census census, Endpoint endpoint) {
    return census.workloads().stream()
        .filter(workload -> workload.workload().key().equals(endpoint.workload()))
        .map(workload -> workload.workload().identity().uri())
        .findFirst()
        .orElseThrow();
  }
}
