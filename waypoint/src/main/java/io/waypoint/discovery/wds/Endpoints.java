// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.wds;

import io.waypoint.discovery.translate.KnownService;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.balance.Locality;
import io.waypoint.routing.balance.LocalityRule;
import io.waypoint.routing.balance.TrafficPolicy;
import io.waypoint.wire.workload.LoadBalancing;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.GatewayName;
import io.waypoint.world.OffLimits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which workloads stand behind a service: those that have the port and can be dialled from here.
 * When the service prefers near ones, all others remain for when these fail; a ztunnel, which does
 * not eject, has the nearest alone.
 */
final class Endpoints {
  private static final int HBONE = 15008;

  private Endpoints() {}

  /**
   * @param here where we are
   * @param settings whose network and cluster are ours
   */
  static KnownService of(
      Told.Service service,
      Collection<Told.Workload> behind,
      Told.Place here,
      WdsSettings settings,
      List<GatewayName> waypoints) {
    String network = settings.network();
    List<KnownService.Port> ports = new ArrayList<>(service.ports().size());
    for (Told.Port port : service.ports()) {
      List<Endpoint> endpoints = new ArrayList<>();
      if (service.passthrough()) {
        endpoints.add(KnownService.asDialled(service.hostname()));
      }
      for (Told.Workload workload : behind) {
        InetSocketAddress address = address(service, port, workload, network);
        boolean near = !service.strict() || sharesAll(service.preference(), here, workload.place());
        if (address != null && near) {
          endpoints.add(endpoint(workload, address, workload.ready() || service.anyHealth()));
        }
      }
      boolean http2 = port.protocol() == AppProtocol.HTTP2 || port.protocol() == AppProtocol.GRPC;
      ports.add(
          new KnownService.Port(
              port.number(),
              port.protocol(),
              new EndpointSet(
                  service.name(),
                  service.namespace(),
                  port.number(),
                  http2,
                  endpoints,
                  policy(service, here))));
    }
    return new KnownService(
        service.name(),
        service.namespace(),
        service.hostname(),
        service.kubernetes(settings.pod().clusterDomain()),
        service.addresses(),
        waypoints,
        ports);
  }

  private static @Nullable InetSocketAddress address(
      Told.Service service, Told.Port port, Told.Workload workload, String network) {
    int own =
        workload
            .services()
            .getOrDefault(service.key(), Map.of())
            .getOrDefault(port.number(), port.target());
    if (own == 0 || !workload.place().network().equals(network)) {
      return null;
    }
    if (workload.addresses().isEmpty()) {
      // Whoever translates asks the DNS.
      return workload.host().isEmpty()
          ? null
          : InetSocketAddress.createUnresolved(workload.host(), own);
    }
    var address = new InetSocketAddress(workload.addresses().getFirst(), own);
    return isAllowed(workload, address.getAddress()) ? address : null;
  }

  /** A kubelet knows where a pod is; who writes an entry does not choose our own doors. */
  static boolean isAllowed(Told.Workload workload, InetAddress address) {
    return !workload.isDeclared() || OffLimits.whyInCluster(address) == null;
  }

  private static Endpoint endpoint(
      Told.Workload workload, InetSocketAddress address, boolean ready) {
    Endpoint.Tunnel tunnel =
        workload.tunnelled() && !address.isUnresolved()
            ? new Endpoint.Tunnel(
                new InetSocketAddress(address.getAddress(), HBONE), workload.who().identity().uri())
            : null;
    return new Endpoint(address, tunnel, workload.who().key(), ready, locality(workload.place()));
  }

  private static Locality locality(Told.Place place) {
    return new Locality(place.region(), place.zone(), place.subzone(), place.node());
  }

  private static boolean sharesAll(
      List<LoadBalancing.Scope> scopes, Told.Place here, Told.Place there) {
    return scopes.stream().allMatch(scope -> here.shares(there, scope));
  }

  /** The preference as a rule of places, seen from where istiod says that we are. */
  private static TrafficPolicy policy(Told.Service service, Told.Place here) {
    List<Locality.Part> parts = new ArrayList<>();
    for (LoadBalancing.Scope scope : service.preference()) {
      switch (scope) {
        case REGION -> parts.add(Locality.Part.REGION);
        case ZONE -> parts.add(Locality.Part.ZONE);
        case SUBZONE -> parts.add(Locality.Part.SUBZONE);
        case NODE -> parts.add(Locality.Part.NODE);
        // Nobody on another network can be dialled, and istiod prefers no cluster.
        case NETWORK, CLUSTER, UNSPECIFIED_SCOPE, UNRECOGNIZED -> {}
      }
    }
    return parts.isEmpty() || service.strict()
        ? TrafficPolicy.DEFAULT
        : TrafficPolicy.DEFAULT.with(new LocalityRule.Closest(parts, Map.of(), locality(here)));
  }
}
