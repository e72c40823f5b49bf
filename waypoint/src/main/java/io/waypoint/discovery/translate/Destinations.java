// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.routing.CallerRoutes;
import io.waypoint.routing.FaultTable;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.Binding;
import io.waypoint.world.Destination;
import io.waypoint.world.Guards;
import io.waypoint.world.MeshService;
import io.waypoint.world.MeshSettings;
import io.waypoint.world.MeshWorkload;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Joins what is known of services and workloads to what callers may address.
 *
 * @param ours which waypoint this is, or null
 * @param tables the compiled routes of each service port
 * @param faults what is broken on purpose
 * @param kept the services of the world before
 */
record Destinations(
    MeshSettings mesh,
    @Nullable GatewaySpec ours,
    Bindings bindings,
    Endpoints endpoints,
    Map<PortKey, CallerRoutes> tables,
    VirtualServices faults,
    Protections protections,
    KeptServices kept) {

  MeshService of(ServiceSpec service, List<String> addresses) {
    Binding binding = bindings.ofService(service);
    String hostname = service.hostname(mesh.clusterDomain());
    Guards guards = guards(binding, service);
    List<Destination> ports = new ArrayList<>(service.ports().size());
    boolean served = false;
    for (ServiceSpec.Port port : service.ports()) {
      EndpointSet set = endpoints.of(service, port.number());
      if (set == null) {
        continue;
      }
      CallerRoutes routes =
          tables.getOrDefault(new PortKey(service.key(), port.number()), CallerRoutes.NONE);
      served |= !set.endpoints().isEmpty() || routes.producer() != null;
      ports.add(
          new Destination(
              service.name(),
              service.namespace(),
              hostname,
              port.number(),
              port.protocol(),
              false,
              guards,
              routes,
              faults.of(service, port.number()),
              set));
    }
    if (!served && !ports.isEmpty() && service.known() == null && !service.isLookedUp()) {
      service
          .manifest()
          .metadata()
          .field("name")
          .info(
              Code.NO_ENDPOINTS,
              "nothing stands behind %s %s".formatted(service.manifest().kind(), service.key()));
    }
    return kept.get(service, hostname, addresses, binding, ports);
  }

  MeshWorkload of(WorkloadSpec workload) {
    Binding binding = bindings.ofWorkload(workload.manifest());
    Guards guards = guards(binding, null);
    List<Destination> ports = new ArrayList<>();
    if (workload.isReachable()) {
      workload.ports().values().stream()
          .distinct()
          .forEach(port -> ports.add(destination(workload, guards, port)));
    }
    return new MeshWorkload(
        workload.workload(),
        workload.addresses(),
        workload.app(),
        workload.hbone(),
        workload.ready(),
        binding,
        guards,
        ports);
  }

  MeshWorkload of(KnownWorkload told) {
    Binding binding = bindings.ofWorkload(told);
    return new MeshWorkload(
        told.workload(),
        told.addresses(),
        null,
        told.hbone(),
        told.ready(),
        binding,
        guards(binding, null),
        List.of());
  }

  private static Destination destination(WorkloadSpec workload, Guards guards, int port) {
    InetSocketAddress app = workload.app();
    String host = workload.addresses().isEmpty() ? "" : workload.addresses().getFirst();
    var target = app == null ? new InetSocketAddress(host, port) : app;
    String name = workload.workload().name();
    var endpoint = Endpoints.endpoint(workload, target, workload.ready());
    return new Destination(
        name,
        workload.namespace(),
        host.isEmpty() ? name : host,
        port,
        AppProtocol.UNKNOWN,
        true,
        guards,
        CallerRoutes.NONE,
        FaultTable.NONE,
        new EndpointSet(name, workload.namespace(), port, false, List.of(endpoint)));
  }

  /** A destination that is not ours is refused before any policy is asked. */
  private Guards guards(Binding binding, @Nullable ServiceSpec service) {
    return ours != null && binding instanceof Binding.Ours
        ? protections.of(ours, service)
        : Guards.NONE;
  }
}
