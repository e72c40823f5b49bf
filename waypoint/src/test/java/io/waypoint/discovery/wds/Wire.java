// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.wds;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.waypoint.wire.discovery.DeltaDiscoveryResponse;
import io.waypoint.wire.discovery.Resource;
import io.waypoint.wire.workload.Address;
import io.waypoint.wire.workload.GatewayAddress;
import io.waypoint.wire.workload.NamespacedHostname;
import io.waypoint.wire.workload.NetworkAddress;
import io.waypoint.wire.workload.Port;
import io.waypoint.wire.workload.PortList;
import io.waypoint.wire.workload.Service;
import io.waypoint.wire.workload.TunnelProtocol;
import io.waypoint.wire.workload.Workload;
import io.waypoint.world.GatewayName;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.UnaryOperator;

/** Resources as istiod writes them. */
final class Wire {
  static final GatewayName GATEWAY = new GatewayName("default", "waypoint");
  static final WdsSettings SETTINGS =
      new WdsSettings(
          GATEWAY,
          "waypoint",
          new WdsSettings.Pod(
              "waypoint-1", "default", "waypoint", "10.244.0.2", "node-1", "cluster.local"),
          "",
          true);

  private Wire() {}

  static ByteString address(String text) {
    try {
      return ByteString.copyFrom(InetAddress.getByName(text).getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static NetworkAddress network(String text) {
    return NetworkAddress.newBuilder().setAddress(address(text)).build();
  }

  static GatewayAddress front(String namespace, String hostname) {
    return GatewayAddress.newBuilder()
        .setHostname(NamespacedHostname.newBuilder().setNamespace(namespace).setHostname(hostname))
        .setHboneMtlsPort(15008)
        .build();
  }

  static Resource service(String name, String version, UnaryOperator<Service.Builder> more) {
    String hostname = name + ".default.svc.cluster.local";
    Service.Builder service =
        Service.newBuilder()
            .setName(name)
            .setNamespace("default")
            .setHostname(hostname)
            .addPorts(Port.newBuilder().setServicePort(80).setTargetPort(8080));
    return resource(
        "default/" + hostname,
        version,
        Address.newBuilder().setService(more.apply(service)).build());
  }

  /** A pod behind a service. */
  static Resource workload(
      String name, String service, String address, UnaryOperator<Workload.Builder> more) {
    String uid = "Kubernetes//Pod/default/" + name;
    Workload.Builder workload =
        Workload.newBuilder()
            .setUid(uid)
            .setName(name)
            .setNamespace("default")
            .addAddresses(address(address))
            .setTunnelProtocol(TunnelProtocol.HBONE)
            .putServices(
                "default/" + service + ".default.svc.cluster.local", PortList.getDefaultInstance());
    return resource(uid, "1", Address.newBuilder().setWorkload(more.apply(workload)).build());
  }

  static Resource resource(String name, String version, Address address) {
    return Resource.newBuilder()
        .setName(name)
        .setVersion(version)
        .setResource(Any.newBuilder().setTypeUrl(Ledger.TYPE).setValue(address.toByteString()))
        .build();
  }

  static DeltaDiscoveryResponse answer(Resource... resources) {
    DeltaDiscoveryResponse.Builder answer =
        DeltaDiscoveryResponse.newBuilder().setTypeUrl(Ledger.TYPE).setNonce("n");
    for (Resource resource : resources) {
      answer.addResources(resource);
    }
    return answer.build();
  }
}
