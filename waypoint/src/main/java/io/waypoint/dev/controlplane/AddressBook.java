// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.controlplane;

import com.google.protobuf.ByteString;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.wire.workload.Address;
import io.waypoint.wire.workload.AppProtocol;
import io.waypoint.wire.workload.GatewayAddress;
import io.waypoint.wire.workload.NamespacedHostname;
import io.waypoint.wire.workload.NetworkAddress;
import io.waypoint.wire.workload.Port;
import io.waypoint.wire.workload.PortList;
import io.waypoint.wire.workload.Service;
import io.waypoint.wire.workload.TunnelProtocol;
import io.waypoint.wire.workload.Workload;
import io.waypoint.wire.workload.WorkloadStatus;
import io.waypoint.world.Binding;
import io.waypoint.world.Destination;
import io.waypoint.world.GatewayName;
import io.waypoint.world.IpText;
import io.waypoint.world.MeshService;
import io.waypoint.world.MeshWorkload;
import io.waypoint.world.World;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A world as istiod would tell it: one resource for each service and workload. A workload's address
 * is that of its ztunnel, because on one machine the processes share theirs.
 */
final class AddressBook {
  static final String TYPE = "type.googleapis.com/istio.workload.Address";
  private static final String DEFAULT_DOMAIN = "cluster.local";

  private final World world;
  private final @Nullable ServedWaypoint waypoint;
  private final Resources.Collecting all = new Resources.Collecting(TYPE);
  private final Map<String, Map<String, PortList.Builder>> portsByWorkload = new HashMap<>();

  private AddressBook(World world, @Nullable ServedWaypoint waypoint) {
    this.world = world;
    this.waypoint = waypoint;
  }

  static Resources of(World world, @Nullable ServedWaypoint waypoint) {
    var book = new AddressBook(world, waypoint);
    world.services().forEach(book::service);
    if (waypoint != null) {
      book.waypoint(waypoint);
    }
    world.workloads().forEach(book::workload);
    return book.all.done();
  }

  private void service(MeshService service) {
    String key = service.namespace() + "/" + service.hostname();
    var message =
        Service.newBuilder()
            .setName(service.name())
            .setNamespace(service.namespace())
            .setHostname(service.hostname())
            .setCanonical(true);
    List<String> aliases = new ArrayList<>();
    for (String address : service.addresses()) {
      NetworkAddress network = network(address);
      if (network != null) {
        message.addAddresses(network);
        aliases.add("/" + address);
      }
    }
    for (Destination port : service.ports()) {
      message.addPorts(port(key, port));
    }
    GatewayAddress inFront = inFront(service.binding());
    if (inFront != null) {
      message.setWaypoint(inFront);
    }
    all.add(key, Address.newBuilder().setService(message).build(), aliases);
  }

  private Port port(String service, Destination port) {
    int target = 0;
    for (Endpoint endpoint : port.endpoints().endpoints()) {
      target = endpoint.address().getPort();
      backs(endpoint.workload(), service, port.port(), target);
    }
    return Port.newBuilder()
        .setServicePort(port.port())
        .setTargetPort(target)
        .setAppProtocol(protocol(port))
        .build();
  }

  private void backs(String workload, String service, int port, int target) {
    portsByWorkload
        .computeIfAbsent(workload, first -> new LinkedHashMap<>())
        .computeIfAbsent(service, first -> PortList.newBuilder())
        .addPorts(Port.newBuilder().setServicePort(port).setTargetPort(target));
  }

  private static AppProtocol protocol(Destination port) {
    return switch (port.protocol()) {
      case HTTP -> AppProtocol.HTTP11;
      case HTTP2 -> AppProtocol.HTTP2;
      case GRPC -> AppProtocol.GRPC;
      case TCP -> AppProtocol.TCP;
      case TLS -> AppProtocol.TLS;
      case UNKNOWN -> AppProtocol.UNKNOWN;
    };
  }

  private void workload(MeshWorkload workload) {
    InetSocketAddress hbone = workload.hbone();
    io.waypoint.world.Workload who = workload.workload();
    var message =
        named(who.cluster(), who.namespace(), who.name())
            .setTrustDomain(elided(who.identity().trustDomain().name()))
            .setServiceAccount(who.identity().serviceAccount())
            .setWorkloadName(who.owner())
            .setCanonicalName(who.canonicalName())
            .setCanonicalRevision(who.canonicalRevision())
            .setTunnelProtocol(hbone == null ? TunnelProtocol.NONE : TunnelProtocol.HBONE)
            .setStatus(workload.ready() ? WorkloadStatus.HEALTHY : WorkloadStatus.UNHEALTHY);
    List<InetAddress> addresses = new ArrayList<>();
    if (hbone != null) {
      addresses.add(hbone.getAddress());
    } else {
      workload
          .addresses()
          .forEach(text -> {
            InetAddress address = IpText.parse(text);
            if (address != null) {
              addresses.add(address);
            }
          });
    }
    GatewayAddress inFront = inFront(workload.binding());
    if (inFront != null) {
      message.setWaypoint(inFront);
    }
    portsByWorkload
        .getOrDefault(who.key(), Map.of())
        .forEach((service, ports) -> message.putServices(service, ports.build()));
    add(message, addresses);
  }

  /** Its Service and the one workload behind that. */
  private void waypoint(ServedWaypoint served) {
    GatewayName name = served.name();
    String hostname = served.hostname(world.mesh().clusterDomain());
    String key = name.namespace() + "/" + hostname;
    Port port =
        Port.newBuilder()
            .setServicePort(ServedWaypoint.PORT)
            .setTargetPort(served.hbone().getPort())
            .build();
    if (world.service(hostname, name.namespace()) == null) {
      all.add(
          key,
          Address.newBuilder()
              .setService(
                  Service.newBuilder()
                      .setName(name.name())
                      .setNamespace(name.namespace())
                      .setHostname(hostname)
                      .setCanonical(true)
                      .addPorts(port))
              .build(),
          List.of());
    }
    var message =
        named(world.mesh().cluster(), name.namespace(), name.name())
            .setTrustDomain(elided(served.identity().trustDomain().name()))
            .setServiceAccount(served.identity().serviceAccount())
            .setWorkloadName(name.name())
            .setCanonicalName(name.name())
            .setCanonicalRevision("latest")
            .setTunnelProtocol(TunnelProtocol.HBONE)
            .putServices(key, PortList.newBuilder().addPorts(port).build());
    add(message, List.of(served.hbone().getAddress()));
  }

  private static Workload.Builder named(String cluster, String namespace, String name) {
    return Workload.newBuilder()
        .setUid(cluster + "//Pod/" + namespace + "/" + name)
        .setClusterId(cluster)
        .setNamespace(namespace)
        .setName(name);
  }

  private void add(Workload.Builder message, List<InetAddress> addresses) {
    List<String> aliases = new ArrayList<>();
    for (InetAddress address : addresses) {
      message.addAddresses(ByteString.copyFrom(address.getAddress()));
      aliases.add("/" + IpText.canonical(address.getHostAddress()));
    }
    String uid = message.getUid();
    all.add(uid, Address.newBuilder().setWorkload(message).build(), aliases);
    message.getServicesMap().keySet().forEach(service -> all.lead(service, uid));
  }

  private @Nullable GatewayAddress inFront(Binding binding) {
    GatewayName name =
        switch (binding) {
          case Binding.Ours _ -> waypoint == null ? null : waypoint.name();
          case Binding.Another(GatewayName other) -> other;
          case Binding.Unbound _ -> null;
        };
    return name == null
        ? null
        : GatewayAddress.newBuilder()
            .setHostname(
                NamespacedHostname.newBuilder()
                    .setNamespace(name.namespace())
                    .setHostname(
                        name.name()
                            + "."
                            + name.namespace()
                            + ".svc."
                            + world.mesh().clusterDomain()))
            .setHboneMtlsPort(ServedWaypoint.PORT)
            .build();
  }

  private static @Nullable NetworkAddress network(String text) {
    InetAddress address = IpText.parse(text);
    return address == null
        ? null
        : NetworkAddress.newBuilder().setAddress(ByteString.copyFrom(address.getAddress())).build();
  }

  private static String elided(String trustDomain) {
    return trustDomain.equals(DEFAULT_DOMAIN) ? "" : trustDomain;
  }
}
