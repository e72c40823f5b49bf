// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.wds;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.waypoint.wire.discovery.Node;
import io.waypoint.world.GatewayName;

/**
 * Who we are to istiod, and what we want of it.
 *
 * @param gateway ours
 * @param service the name of the Service in front of our pods, in the Gateway's namespace
 * @param pod who asks
 * @param network ours; workloads of another cannot be dialled
 * @param everything whether all of the mesh is told, or only what is {@linkplain WdsDiscovery#want
 *     asked for}
 */
public record WdsSettings(
    GatewayName gateway, String service, Pod pod, String network, boolean everything) {
  static final String DEFAULT_DOMAIN = "cluster.local";

  /**
   * A pod as istiod identifies it; it compares namespace and account with what we prove.
   *
   * @param address any of its addresses
   * @param node where it runs, or empty
   * @param clusterDomain the suffix of service names
   */
  public record Pod(
      String name,
      String namespace,
      String account,
      String address,
      String node,
      String clusterDomain) {}

  /** The host name of our Service: whoever is told to be behind it is behind us. */
  String hostname() {
    return service + "." + gateway.namespace() + ".svc." + pod.clusterDomain();
  }

  Node node(String cluster) {
    return Node.newBuilder()
        .setId(
            "waypoint~%s~%s.%s~%s.svc.%s"
                .formatted(
                    pod.address(),
                    pod.name(),
                    pod.namespace(),
                    pod.namespace(),
                    pod.clusterDomain()))
        .setMetadata(
            Struct.newBuilder()
                .putFields("NAME", text(pod.name()))
                .putFields("NAMESPACE", text(pod.namespace()))
                .putFields("SERVICE_ACCOUNT", text(pod.account()))
                .putFields("INSTANCE_IPS", text(pod.address()))
                .putFields("NODE_NAME", text(pod.node()))
                .putFields("CLUSTER_ID", text(cluster))
                .putFields("NETWORK", text(network)))
        .build();
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }
}
