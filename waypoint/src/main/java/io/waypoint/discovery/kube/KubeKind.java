// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import io.waypoint.discovery.translate.Translator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A kind of object that is watched.
 *
 * @param versions those that our reader understands, the best first
 * @param namespace the only one that is looked at; null for all
 * @param name the only object that is looked at; null for all
 */
record KubeKind(
    String group,
    String kind,
    String plural,
    List<String> versions,
    boolean clusterWide,
    @Nullable String namespace,
    @Nullable String name) {
  private static final String GATEWAY = "gateway.networking.k8s.io";
  private static final String SECURITY = "security.istio.io";
  private static final String NETWORKING = "networking.istio.io";
  private static final List<String> CORE = List.of("v1");
  private static final List<String> SINCE_BETA = List.of("v1", "v1beta1");
  private static final List<String> SINCE_ALPHA_2 = List.of("v1", "v1alpha2");
  private static final String OWN = "waypoint.dev";
  private static final List<String> SINCE_ALPHA_3 = List.of("v1", "v1alpha3");
  private static final List<String> ISTIO_NETWORK = List.of("v1", "v1beta1", "v1alpha3");

  /**
   * What there is to watch.
   *
   * @param rootNamespace where the mesh's settings are
   * @param services whether services and pods come from here, too
   */
  static List<KubeKind> all(String rootNamespace, boolean services) {
    List<KubeKind> kinds = new ArrayList<>();
    kinds.add(
        new KubeKind(GATEWAY, "GatewayClass", "gatewayclasses", SINCE_BETA, true, null, null));
    kinds.add(everywhere(GATEWAY, "Gateway", "gateways", SINCE_BETA));
    kinds.add(everywhere(GATEWAY, "HTTPRoute", "httproutes", SINCE_BETA));
    kinds.add(everywhere(GATEWAY, "GRPCRoute", "grpcroutes", SINCE_ALPHA_2));
    kinds.add(everywhere(GATEWAY, "TCPRoute", "tcproutes", SINCE_ALPHA_2));
    kinds.add(everywhere(GATEWAY, "TLSRoute", "tlsroutes", List.of("v1", "v1alpha3", "v1alpha2")));
    kinds.add(everywhere(GATEWAY, "ReferenceGrant", "referencegrants", SINCE_BETA));
    kinds.add(everywhere(GATEWAY, "BackendTLSPolicy", "backendtlspolicies", SINCE_ALPHA_3));
    kinds.add(everywhere(SECURITY, "AuthorizationPolicy", "authorizationpolicies", SINCE_BETA));
    kinds.add(everywhere(SECURITY, "RequestAuthentication", "requestauthentications", SINCE_BETA));
    kinds.add(everywhere(NETWORKING, "DestinationRule", "destinationrules", ISTIO_NETWORK));
    kinds.add(everywhere(NETWORKING, "VirtualService", "virtualservices", ISTIO_NETWORK));
    kinds.add(everywhere(NETWORKING, "ServiceEntry", "serviceentries", ISTIO_NETWORK));
    kinds.add(everywhere(NETWORKING, "WorkloadEntry", "workloadentries", ISTIO_NETWORK));
    kinds.add(
        everywhere("telemetry.istio.io", "Telemetry", "telemetries", List.of("v1", "v1alpha1")));
    kinds.add(everywhere(OWN, "Fault", "faults", List.of("v1alpha1")));
    kinds.add(everywhere(OWN, "LocalRateLimit", "localratelimits", List.of("v1alpha1")));
    kinds.add(everywhere(OWN, "GlobalRateLimit", "globalratelimits", List.of("v1alpha1")));
    kinds.add(configMap(rootNamespace, "istio"));
    if (services) {
      kinds.add(new KubeKind("", "Namespace", "namespaces", CORE, true, null, null));
      kinds.add(everywhere("", "Service", "services", CORE));
      kinds.add(everywhere("discovery.k8s.io", "EndpointSlice", "endpointslices", CORE));
      kinds.add(everywhere("", "Pod", "pods", CORE));
    }
    return List.copyOf(kinds);
  }

  /** One ConfigMap that a policy names. */
  static KubeKind configMap(String namespace, String name) {
    return new KubeKind("", "ConfigMap", "configmaps", CORE, false, namespace, name);
  }

  private static KubeKind everywhere(
      String group, String kind, String plural, List<String> versions) {
    return new KubeKind(group, kind, plural, versions, false, null, null);
  }

  /**
   * Whether its objects have an effect, so that nothing may be served before they are known. Of
   * another kind only the names are kept, to say that they are not applied.
   */
  boolean used() {
    return Translator.uses(group, kind);
  }

  /** Whether more than the names of its objects is kept: what is used, and what we write to. */
  boolean kept() {
    return used() || kind.equals("GatewayClass") || kind.equals("GRPCRoute");
  }

  /** As a rule of RBAC and a person would write it, for example {@code pods} or {@code a.b.io}. */
  String resource() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /** What is to be granted so that it can be watched. */
  String permission() {
    String role = namespace == null ? "ClusterRole" : "Role in namespace " + namespace;
    String only = name == null ? "" : ", resourceNames: [\"" + name + "\"]";
    return "%s needs {apiGroups: [\"%s\"], resources: [\"%s\"]%s, verbs: [get, list, watch]}"
        .formatted(role, group, plural, only);
  }
}
