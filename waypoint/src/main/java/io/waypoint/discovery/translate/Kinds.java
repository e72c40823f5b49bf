// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The kinds of objects, by API group: those we use, and those we know of. */
final class Kinds {
  static final String GATEWAY_GROUP = "gateway.networking.k8s.io";
  static final String SECURITY_GROUP = "security.istio.io";
  static final String ISTIO_GROUP = "networking.istio.io";
  static final String OWN_GROUP = "waypoint.dev";
  static final String GRPC_ROUTE = "GRPCRoute";

  /** The kinds of routes, in the order of their precedence on one port (GEP-1294). */
  static final List<String> ROUTES = List.of(GRPC_ROUTE, "HTTPRoute");

  private static final Map<String, Set<String>> USED =
      Map.of(
          "",
          Set.of("Namespace", "ServiceAccount", "Service", "Pod", "ConfigMap"),
          "apps",
          Set.of("Deployment"),
          "discovery.k8s.io",
          Set.of("EndpointSlice"),
          GATEWAY_GROUP,
          Set.of("BackendTLSPolicy", "Gateway", "GRPCRoute", "HTTPRoute"),
          "networking.istio.io",
          Set.of("DestinationRule", "ServiceEntry", "VirtualService", "WorkloadEntry"),
          SECURITY_GROUP,
          Set.of("AuthorizationPolicy", "RequestAuthentication"),
          OWN_GROUP,
          Extensions.KINDS);

  /** Kinds that would change what happens to traffic, and do not here. */
  private static final Map<String, List<String>> TRAFFIC =
      Map.of(
          GATEWAY_GROUP,
          List.of("ListenerSet", "TCPRoute", "TLSRoute", "UDPRoute"),
          "gateway.networking.x-k8s.io",
          List.of("XBackendTrafficPolicy"),
          SECURITY_GROUP,
          List.of(),
          "networking.istio.io",
          List.of("EnvoyFilter"),
          "telemetry.istio.io",
          List.of("Telemetry"),
          "extensions.istio.io",
          List.of("WasmPlugin", "TrafficExtension"),
          OWN_GROUP,
          List.of());

  /** Kinds that have nothing to say to a waypoint. */
  private static final Map<String, List<String>> OTHER =
      Map.of(
          "",
          List.of(
              "Binding",
              "Endpoints",
              "Event",
              "LimitRange",
              "Node",
              "PersistentVolume",
              "PersistentVolumeClaim",
              "PodTemplate",
              "ReplicationController",
              "ResourceQuota",
              "Secret"),
          "apps",
          List.of("ControllerRevision", "DaemonSet", "ReplicaSet", "StatefulSet"),
          GATEWAY_GROUP,
          List.of("GatewayClass", "ReferenceGrant"),
          "gateway.networking.x-k8s.io",
          List.of("XListenerSet", "XMesh"),
          SECURITY_GROUP,
          List.of("PeerAuthentication"),
          "networking.istio.io",
          List.of("Gateway", "ProxyConfig", "Sidecar", "WorkloadGroup"));

  /** Kinds that belong to no namespace. */
  private static final Set<String> CLUSTER_WIDE =
      Set.of(
          "APIService",
          "ClusterRole",
          "ClusterRoleBinding",
          "CustomResourceDefinition",
          "GatewayClass",
          "IngressClass",
          "MutatingWebhookConfiguration",
          "Namespace",
          "Node",
          "PersistentVolume",
          "PriorityClass",
          "StorageClass",
          "ValidatingAdmissionPolicy",
          "ValidatingWebhookConfiguration",
          "XMesh");

  private Kinds() {}

  static boolean isUsed(String group, String kind) {
    return USED.getOrDefault(group, Set.of()).contains(kind);
  }

  static boolean changesTraffic(String group, String kind) {
    return TRAFFIC.getOrDefault(group, List.of()).contains(kind);
  }

  /** Whether we know every kind of a group, so that another one is a mistake. */
  static boolean isClosed(String group) {
    return USED.containsKey(group) || TRAFFIC.containsKey(group);
  }

  static boolean isKnown(String group, String kind) {
    return isUsed(group, kind)
        || changesTraffic(group, kind)
        || OTHER.getOrDefault(group, List.of()).contains(kind);
  }

  static List<String> of(String group) {
    return Stream.of(
            USED.getOrDefault(group, Set.of()),
            TRAFFIC.getOrDefault(group, List.of()),
            OTHER.getOrDefault(group, List.of()))
        .flatMap(Collection::stream)
        .sorted()
        .toList();
  }

  static boolean isClusterWide(String kind) {
    return CLUSTER_WIDE.contains(kind);
  }

  /** Whether unknown fields of a group's objects are mistakes rather than fields we do not need. */
  static boolean isStrict(String group) {
    return TRAFFIC.containsKey(group);
  }
}
