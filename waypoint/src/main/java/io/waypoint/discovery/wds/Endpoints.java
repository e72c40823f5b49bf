// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.wds;

import io.waypoint.discovery.translate.KnownService;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.balance.Locality;
import io.waypoint.wire.workload.LoadBalancing;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.GatewayName;
import io.waypoint.world.OffLimits;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which workloads stand behind a service, chosen as a ztunnel would: those that have the port, that
 * can be dialled from here, and of the ready ones the nearest when the service prefers near ones.
 */
final class Endpoints {
  private static final int HBONE = 15008;

  private record Candidate(Endpoint endpoint, int rank) {}

  private Endpoints() {}

  /**
   * @param here where we are
   * @param network ours
   */
  static KnownService of(
      Told.Service service,
      Collection<Told.Workload> behind,
      Told.Place here,
      String network,
      List<GatewayName> waypoints) {
    List<KnownService.Port> ports = new ArrayList<>(service.ports().size());
    for (Told.Port port : service.ports()) {
      List<Candidate> candidates = new ArrayList<>();
      if (service.passthrough()) {
        candidates.add(new Candidate(KnownService.asDialled(service.hostname()), 0));
      }
      for (Told.Workload workload : behind) {
        InetSocketAddress address = address(service, port, workload, network);
        if (address != null) {
          boolean ready = workload.ready() || service.anyHealth();
          candidates.add(
              new Candidate(
                  endpoint(workload, address, ready),
                  rank(service.preference(), here, workload.place())));
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
                  nearest(service, candidates))));
    }
    return new KnownService(
        service.name(),
        service.namespace(),
        service.hostname(),
        service.kubernetes(),
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
    boolean allowed =
        !workload.isDeclared() || OffLimits.whyInCluster(address.getAddress()) == null;
    return allowed ? address : null;
  }

  private static Endpoint endpoint(
      Told.Workload workload, InetSocketAddress address, boolean ready) {
    Endpoint.Tunnel tunnel =
        workload.tunnelled() && !address.isUnresolved()
            ? new Endpoint.Tunnel(
                new InetSocketAddress(address.getAddress(), HBONE), workload.who().identity().uri())
            : null;
    Told.Place place = workload.place();
    var locality = new Locality(place.region(), place.zone(), place.subzone(), place.node());
    return new Endpoint(address, tunnel, workload.who().key(), ready, locality);
  }

  /** How many scopes we share, from the widest on. */
  private static int rank(List<LoadBalancing.Scope> preference, Told.Place here, Told.Place there) {
    int rank = 0;
    while (rank < preference.size() && here.shares(there, preference.get(rank))) {
      rank++;
    }
    return rank;
  }

  private static List<Endpoint> nearest(Told.Service service, List<Candidate> candidates) {
    int wanted =
        service.strict()
            ? service.preference().size()
            : candidates.stream()
                .filter(candidate -> candidate.endpoint().ready())
                .mapToInt(Candidate::rank)
                .max()
                .orElse(0);
    return candidates.stream()
        .filter(candidate -> candidate.rank() >= wanted)
        .map(Candidate::endpoint)
        .toList();
  }
}
