// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Objects;

/**
 * A waypoint as istioctl's users name a proxy: {@code name}, {@code name.namespace}, {@code
 * deploy/name}, {@code pod/name}. A bare name is a Gateway, else a pod.
 */
record PodAddress(Kind kind, String name, String namespace) {
  /** What the name is one of. */
  enum Kind {
    ANY,
    POD,
    DEPLOYMENT
  }

  /**
   * @param here the namespace of a name that does not say
   */
  static PodAddress parse(String text, String here) {
    int slash = text.indexOf('/');
    String word = slash < 0 ? "" : text.substring(0, slash);
    Kind kind =
        switch (word) {
          case "" -> Kind.ANY;
          case "pod", "pods", "po" -> Kind.POD;
          case "deploy", "deployment", "deployments" -> Kind.DEPLOYMENT;
          default ->
              throw new Outcome(
                  ExitCode.USAGE,
                  text + ": " + word + " is not looked up",
                  "name a Gateway, or pod/NAME, or deploy/NAME, each with .NAMESPACE if need be");
        };
    String rest = text.substring(slash + 1);
    int dot = rest.lastIndexOf('.');
    return dot < 0
        ? new PodAddress(kind, rest, here)
        : new PodAddress(kind, rest.substring(0, dot), rest.substring(dot + 1));
  }

  /** The name of the Gateway whose waypoint is meant. */
  String gateway(KubernetesClient client) {
    return switch (kind) {
      case ANY ->
          Kinds.GATEWAY.get(client, namespace, name) != null
              ? name
              : ofPod(client, "Gateway or pod");
      case POD -> ofPod(client, "pod");
      case DEPLOYMENT -> ofDeployment(client);
    };
  }

  private String ofPod(KubernetesClient client, String what) {
    Pod pod = client.pods().inNamespace(namespace).withName(name).get();
    if (pod == null) {
      throw new Outcome(
          ExitCode.UNAVAILABLE,
          "there is no %s %s in namespace %s".formatted(what, name, namespace),
          "'waypoint list -A' lists what there is");
    }
    return of(pod.getMetadata().getLabels(), "pod");
  }

  private String ofDeployment(KubernetesClient client) {
    Deployment deployment = client.apps().deployments().inNamespace(namespace).withName(name).get();
    if (deployment == null) {
      throw new Outcome(
          ExitCode.UNAVAILABLE,
          "there is no deployment %s in namespace %s".formatted(name, namespace),
          "'waypoint list -A' lists what there is");
    }
    return of(deployment.getSpec().getTemplate().getMetadata().getLabels(), "deployment");
  }

  private String of(Map<String, String> labels, String what) {
    String gateway =
        Objects.requireNonNullElse(labels, Map.<String, String>of()).get(Bound.GATEWAY_NAME);
    if (gateway == null) {
      throw new Outcome(
          ExitCode.UNAVAILABLE,
          "%s %s/%s is of no Gateway".formatted(what, namespace, name),
          "a waypoint's pods carry the label " + Bound.GATEWAY_NAME);
    }
    return gateway;
  }
}
