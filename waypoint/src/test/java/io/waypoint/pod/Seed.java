// SPDX-License-Identifier: Apache-2.0
package io.waypoint.pod;

import io.waypoint.cluster.Author;

/** The objects of the story that a user applies. */
final class Seed {
  private Seed() {}

  static void gateway(Author author) {
    author.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: GatewayClass
        metadata: {name: vertx-waypoint}
        spec: {controllerName: waypoint.dev/gateway-controller}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: waypoint, namespace: shop}
        spec:
          gatewayClassName: vertx-waypoint
          listeners: [{name: mesh, port: 15008, protocol: HBONE}]
        """);
  }

  /** What the controller makes of a Gateway, as far as it matters without kubelets. */
  static void deployment(Author author) {
    author.apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: waypoint, namespace: shop, labels: {istio.io/use-waypoint: none}}
        spec:
          selector: {gateway.networking.k8s.io/gateway-name: waypoint}
          ports: [{name: mesh, port: 15008, appProtocol: hbone}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: waypoint-reader}
        rules:
        - apiGroups: [gateway.networking.k8s.io]
          resources: [gatewayclasses, gateways, httproutes, grpcroutes, tcproutes, tlsroutes, referencegrants, backendtlspolicies]
          verbs: [get, list, watch]
        - apiGroups: [gateway.networking.k8s.io]
          resources: [gatewayclasses/status, httproutes/status, grpcroutes/status]
          verbs: [get, patch]
        - apiGroups: [security.istio.io]
          resources: [authorizationpolicies, requestauthentications]
          verbs: [get, list, watch]
        - apiGroups: [networking.istio.io]
          resources: [destinationrules, virtualservices, serviceentries, workloadentries]
          verbs: [get, list, watch]
        - apiGroups: [telemetry.istio.io]
          resources: [telemetries]
          verbs: [get, list, watch]
        - apiGroups: [""]
          resources: [configmaps]
          resourceNames: [istio]
          verbs: [get, list, watch]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: waypoint-reader}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: waypoint-reader}
        subjects: [{kind: ServiceAccount, name: waypoint, namespace: shop}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: waypoint, namespace: shop}
        rules:
        - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [create]}
        - {apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [waypoint-status], verbs: [get, update]}
        - {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [get, list, watch]}
        - {apiGroups: [gateway.networking.k8s.io], resources: [gateways/status], resourceNames: [waypoint], verbs: [get, patch]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: waypoint, namespace: shop}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: waypoint}
        subjects: [{kind: ServiceAccount, name: waypoint, namespace: shop}]
        """);
  }

  static void service(Author author, String name, String selector) {
    author.apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: shop}
        spec:
          selector: {%s}
          ports: [{name: http, port: 80, targetPort: 8080}]
        """
            .formatted(name, selector));
  }

  /** All of {@code reviews} by weight. */
  static String weights(int first, int second) {
    return """
    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata: {name: reviews, namespace: shop}
    spec:
      parentRefs: [{group: "", kind: Service, name: reviews, port: 80}]
      rules:
      - backendRefs: [{name: reviews-v1, port: 80, weight: %d}, {name: reviews-v2, port: 80, weight: %d}]
    """
        .formatted(first, second);
  }

  /** One of many routes. */
  static String shelf(String name) {
    return """
    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata: {name: %s, namespace: shop}
    spec:
      parentRefs: [{group: "", kind: Service, name: %s, port: 80}]
      rules:
      - matches: [{path: {type: PathPrefix, value: /%s}}, {headers: [{name: x-shelf, value: "1"}]}]
        filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-shelf, value: "2"}]}}]
        backendRefs: [{name: %s, port: 80, weight: 9}, {name: reviews-v1, port: 80, weight: 1}]
      - backendRefs: [{name: %s, port: 80}]
    """
        .formatted(name, name, name, name, name);
  }

  static final String ONLY_SLEEP_MAY_READ =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: reviews, namespace: shop}
      spec:
        targetRefs: [{group: "", kind: Service, name: reviews}]
        action: ALLOW
        rules:
        - from: [{source: {principals: ["cluster.local/ns/shop/sa/sleep"]}}]
          to: [{operation: {methods: [GET]}}]
      """;
}
