// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The kinds of definitions that commands look at, and how they look. */
enum Kinds {
  GATEWAY_CLASS("gateway.networking.k8s.io", "GatewayClass", "gatewayclasses", false),
  GATEWAY("gateway.networking.k8s.io", "Gateway", "gateways", true),
  HTTP_ROUTE("gateway.networking.k8s.io", "HTTPRoute", "httproutes", true),
  GRPC_ROUTE("gateway.networking.k8s.io", "GRPCRoute", "grpcroutes", true),
  REFERENCE_GRANT("gateway.networking.k8s.io", "ReferenceGrant", "referencegrants", true),
  AUTHORIZATION_POLICY("security.istio.io", "AuthorizationPolicy", "authorizationpolicies", true);

  final String group;
  final String kind;
  final String plural;
  final boolean namespaced;

  Kinds(String group, String kind, String plural, boolean namespaced) {
    this.group = group;
    this.kind = kind;
    this.plural = plural;
    this.namespaced = namespaced;
  }

  /** The name of its definition. */
  String definition() {
    return plural + "." + group;
  }

  ResourceDefinitionContext context() {
    String version = this == REFERENCE_GRANT ? "v1beta1" : "v1";
    return new ResourceDefinitionContext.Builder()
        .withGroup(group)
        .withVersion(version)
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(namespaced)
        .build();
  }

  @Nullable GenericKubernetesResource get(KubernetesClient client, String namespace, String name) {
    var all = client.genericKubernetesResources(context());
    return namespaced ? all.inNamespace(namespace).withName(name).get() : all.withName(name).get();
  }

  /**
   * @param namespace null for all
   */
  List<GenericKubernetesResource> list(KubernetesClient client, @Nullable String namespace) {
    var all = client.genericKubernetesResources(context());
    return namespace == null
        ? namespaced ? all.inAnyNamespace().list().getItems() : all.list().getItems()
        : all.inNamespace(namespace).list().getItems();
  }

  /** The same; nothing of a kind that is not installed, or that we may not see. */
  List<GenericKubernetesResource> listIfAny(KubernetesClient client, @Nullable String namespace) {
    try {
      return list(client, namespace);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
          || e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        return List.of();
      }
      throw e;
    }
  }

  /** A list of mappings within an object; nothing of what is none. */
  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> maps(GenericKubernetesResource object, Object... path) {
    Object found = object.get(path);
    return found instanceof List<?> list ? (List<Map<String, Object>>) list : List.of();
  }

  /** A text within an object; empty when it is not there. */
  static String text(GenericKubernetesResource object, Object... path) {
    Object found = object.get(path);
    return found == null ? "" : found.toString();
  }

  static String text(Map<String, Object> map, String field) {
    return Objects.toString(map.get(field), "");
  }

  /** A condition of a status, or an empty mapping. */
  static Map<String, Object> condition(List<Map<String, Object>> conditions, String type) {
    return conditions.stream()
        .filter(condition -> type.equals(condition.get("type")))
        .findFirst()
        .orElse(Map.of());
  }
}
