// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The kinds of objects that a waypoint consists of, in the order in which they are applied. */
enum OwnedKind {
  SERVICE_ACCOUNT("", "v1", "ServiceAccount", "serviceaccounts"),
  ROLE("rbac.authorization.k8s.io", "v1", "Role", "roles"),
  ROLE_BINDING("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings"),
  CLUSTER_ROLE_BINDING(
      "rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings"),
  SERVICE("", "v1", "Service", "services"),
  DEPLOYMENT("apps", "v1", "Deployment", "deployments"),
  HORIZONTAL_POD_AUTOSCALER(
      "autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
  POD_DISRUPTION_BUDGET("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets");

  final String group;
  final String version;
  final String kind;
  final String plural;

  OwnedKind(String group, String version, String kind, String plural) {
    this.group = group;
    this.version = version;
    this.kind = kind;
    this.plural = plural;
  }

  /** Whether it is of the whole cluster, so that no Gateway can own it. */
  boolean clusterWide() {
    return this == CLUSTER_ROLE_BINDING;
  }

  /** Its template, below the class path's {@code /waypoint/}. */
  String template() {
    return kind.toLowerCase(Locale.ROOT) + ".yaml";
  }

  /** Under which name overlays speak of it; null for what may not be overlaid. */
  @Nullable String overlayKey() {
    return switch (this) {
      case DEPLOYMENT -> "deployment";
      case SERVICE -> "service";
      case SERVICE_ACCOUNT -> "serviceAccount";
      case HORIZONTAL_POD_AUTOSCALER -> "horizontalPodAutoscaler";
      case POD_DISRUPTION_BUDGET -> "podDisruptionBudget";
      case ROLE, ROLE_BINDING, CLUSTER_ROLE_BINDING -> null;
    };
  }

  ResourceDefinitionContext resource() {
    return new ResourceDefinitionContext.Builder()
        .withGroup(group)
        .withVersion(version)
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(!clusterWide())
        .build();
  }
}
