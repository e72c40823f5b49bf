// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.waypoint.discovery.kube.KubeObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The two ways in which a status is written. */
final class StatusApi {
  static final String GROUP = "gateway.networking.k8s.io";

  /** Under this name our fields of keyed lists are ours. */
  private static final String MANAGER = "waypoint.dev-status";

  private static final String VERSION = "v1";
  private static final Map<String, String> PLURALS =
      Map.of(
          "GatewayClass", "gatewayclasses",
          "Gateway", "gateways",
          "HTTPRoute", "httproutes",
          "GRPCRoute", "grpcroutes",
          "BackendTLSPolicy", "backendtlspolicies");

  private final KubernetesClient client;

  StatusApi(KubernetesClient client) {
    this.client = client;
  }

  /** For a status whose lists are keyed: what others wrote stays theirs. */
  void apply(String kind, String namespace, String name, Map<String, Object> status) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("apiVersion", GROUP + "/" + VERSION);
    body.put("kind", kind);
    body.put(
        "metadata",
        namespace.isEmpty() ? Map.of("name", name) : Map.of("name", name, "namespace", namespace));
    body.put("status", status);
    PatchContext context =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(MANAGER)
            .withForce(true)
            .build();
    of(kind, namespace, name).subresource("status").patch(context, json(body));
  }

  /**
   * For {@code status.parents} and the like, which are one value: written only while the object is
   * the one that was read.
   */
  void replace(
      KubeObject object, String resourceVersion, String field, List<Map<String, Object>> list) {
    Map<String, Object> body =
        Map.of(
            "metadata", Map.of("resourceVersion", resourceVersion),
            "status", Map.of(field, list));
    of(object.kind(), object.namespace(), object.name())
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), json(body));
  }

  /** The object as it is now; null when there is none. */
  @Nullable GenericKubernetesResource read(String kind, String namespace, String name) {
    return of(kind, namespace, name).get();
  }

  private String json(Map<String, Object> body) {
    return client.getKubernetesSerialization().asJson(body);
  }

  /** What has to be granted so that a status of this kind can be written. */
  static String permission(String kind) {
    return "needs {apiGroups: [\"%s\"], resources: [\"%s/status\"], verbs: [get, patch]}"
        .formatted(GROUP, PLURALS.get(kind));
  }

  private Resource<GenericKubernetesResource> of(String kind, String namespace, String name) {
    var all =
        client.genericKubernetesResources(
            new ResourceDefinitionContext.Builder()
                .withGroup(GROUP)
                .withVersion(VERSION)
                .withKind(kind)
                .withPlural(PLURALS.get(kind))
                .withNamespaced(!namespace.isEmpty())
                .build());
    return namespace.isEmpty() ? all.withName(name) : all.inNamespace(namespace).withName(name);
  }
}
