// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.waypoint.world.GatewayName;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Writes objects as their authors would. */
public final class Author {
  private final KubernetesClient client;

  public Author(KubernetesClient client) {
    this.client = client;
  }

  /** As {@code kubectl apply}. */
  public List<HasMetadata> apply(String yaml) {
    return client
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .forceConflicts()
        .serverSideApply();
  }

  public void delete(String yaml) {
    client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).delete();
  }

  public void namespace(String name, Map<String, String> labels) {
    StringBuilder yaml = new StringBuilder();
    yaml.append("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ").append(name);
    yaml.append("\n  labels: {");
    labels.forEach((label, value) ->
        yaml.append('"').append(label).append("\": \"").append(value).append("\", "));
    apply(yaml.append("}\n").toString());
    account(name, "default");
  }

  public void account(String namespace, String name) {
    apply(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: %s, namespace: %s}\n"
            .formatted(name, namespace));
  }

  /** A pod that runs and is ready, as a kubelet would report. */
  public void pod(String namespace, String name, String address, Map<String, String> labels) {
    pod(namespace, name, address, labels, "default");
  }

  /** The same of a service account. */
  public void pod(
      String namespace, String name, String address, Map<String, String> labels, String account) {
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .withLabels(labels)
            .addToAnnotations("ambient.istio.io/redirection", "enabled")
            .endMetadata()
            .withNewSpec()
            .withServiceAccountName(account)
            .withNodeName(ClusterRig.NODE)
            .withAutomountServiceAccountToken(false)
            .addNewContainer()
            .withName("app")
            .withImage("app")
            .addNewPort()
            .withContainerPort(8080)
            .endPort()
            .endContainer()
            .endSpec()
            .build();
    client.resource(pod).serverSideApply();
    setReady(namespace, name, address, true);
  }

  /** Writes the status of a pod. */
  public void setReady(String namespace, String name, String address, boolean ready) {
    client
        .pods()
        .inNamespace(namespace)
        .withName(name)
        .editStatus(pod ->
            new PodBuilder(pod)
                .withStatus(
                    new PodStatusBuilder()
                        .withPhase("Running")
                        .withPodIP(address)
                        .addNewPodIP(address)
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus(ready ? "True" : "False")
                        .endCondition()
                        .build())
                .build());
  }

  /** Publishes the address of a Gateway, as whoever runs it does. */
  public void address(GatewayName gateway, String hostname) {
    client
        .genericKubernetesResources("gateway.networking.k8s.io/v1", "Gateway")
        .inNamespace(gateway.namespace())
        .withName(gateway.name())
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"status\":{\"addresses\":[{\"type\":\"Hostname\",\"value\":\"%s\"}]}}"
                .formatted(hostname));
  }

  /** An object of whatever kind, or null. */
  public GenericKubernetesResource get(
      String group, String version, String plural, String namespace, String name) {
    var context =
        new ResourceDefinitionContext.Builder()
            .withGroup(group)
            .withVersion(version)
            .withPlural(plural)
            .withNamespaced(namespace != null)
            .build();
    var all = client.genericKubernetesResources(context);
    try {
      return namespace == null
          ? all.withName(name).get()
          : all.inNamespace(namespace).withName(name).get();
    } catch (KubernetesClientException e) {
      if (e.getCode() == 404) {
        return null;
      }
      throw e;
    }
  }
}
