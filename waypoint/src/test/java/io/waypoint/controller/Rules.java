// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

/** What the controller may, as its documentation says, and less than that. */
final class Rules {
  private static final String SERVICES =
      """
        - apiGroups: [""]
          resources: [services]
          verbs: [get, list, watch, create, patch, delete]
      """;

  static final String REQUIRED =
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: controller, namespace: waypoint-system}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: waypoint-reader}
      rules:
        - apiGroups: [gateway.networking.k8s.io]
          resources: [gatewayclasses, gateways, httproutes, grpcroutes, referencegrants]
          verbs: [get, list, watch]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: waypoint-controller}
      rules:
      """
          + SERVICES
          + """
            - apiGroups: [gateway.networking.k8s.io]
              resources: [gatewayclasses, gateways]
              verbs: [get, list, watch]
            - apiGroups: [gateway.networking.k8s.io]
              resources: [gatewayclasses/status, gateways/status]
              verbs: [get, patch]
            - apiGroups: [""]
              resources: [serviceaccounts]
              verbs: [get, list, watch, create, patch, delete]
            - apiGroups: [apps]
              resources: [deployments]
              verbs: [get, list, watch, create, patch, delete]
            - apiGroups: [rbac.authorization.k8s.io]
              resources: [roles, rolebindings, clusterrolebindings]
              verbs: [get, list, watch, create, patch, delete]
            - apiGroups: [autoscaling]
              resources: [horizontalpodautoscalers]
              verbs: [get, list, watch, create, patch, delete]
            - apiGroups: [policy]
              resources: [poddisruptionbudgets]
              verbs: [get, list, watch, create, patch, delete]
            - apiGroups: [""]
              resources: [configmaps, namespaces, pods]
              verbs: [get, list, watch]
            - apiGroups: [""]
              resources: [events]
              verbs: [create, patch]
            - apiGroups: [discovery.k8s.io]
              resources: [endpointslices]
              verbs: [get, list, watch]
            - apiGroups: [security.istio.io]
              resources: [authorizationpolicies]
              verbs: [get, list, watch]
            - apiGroups: [coordination.k8s.io]
              resources: [leases]
              verbs: [get, create, update]
            # What the waypoints' Role and ClusterRole grant.
            - apiGroups: [rbac.authorization.k8s.io]
              resources: [clusterroles]
              resourceNames: [waypoint-reader]
              verbs: [bind]
          ---
          apiVersion: rbac.authorization.k8s.io/v1
          kind: ClusterRoleBinding
          metadata: {name: waypoint-controller}
          roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: waypoint-controller}
          subjects: [{kind: ServiceAccount, name: controller, namespace: waypoint-system}]
          """;

  static final String WITHOUT_SERVICES =
      REQUIRED.replace(
          SERVICES.indent(0), SERVICES.replace(", create, patch, delete", "").indent(0));

  private Rules() {}

  /** As a pod of the controller would have it. */
  static String token(KubernetesClient admin) {
    return admin
        .serviceAccounts()
        .inNamespace("waypoint-system")
        .withName("controller")
        .tokenRequest(
            new TokenRequestBuilder().withNewSpec().withExpirationSeconds(3_600L).endSpec().build())
        .getStatus()
        .getToken();
  }
}
