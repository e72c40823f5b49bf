// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** What stands around a waypoint: its pods, and what is bound to it by label. */
final class Bound {
  static final String USE_WAYPOINT = "istio.io/use-waypoint";
  static final String USE_WAYPOINT_NAMESPACE = "istio.io/use-waypoint-namespace";
  static final String GATEWAY_NAME = "gateway.networking.k8s.io/gateway-name";

  private Bound() {}

  static List<Pod> pods(KubernetesClient client, String namespace, String gateway) {
    return client.pods().inNamespace(namespace).withLabel(GATEWAY_NAME, gateway).list().getItems();
  }

  static boolean isReady(Pod pod) {
    if (pod.getStatus() == null || pod.getMetadata().getDeletionTimestamp() != null) {
      return false;
    }
    List<PodCondition> conditions =
        Objects.requireNonNullElse(pod.getStatus().getConditions(), List.of());
    return conditions.stream()
        .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  /** For example {@code 1 pod}. */
  static String count(List<Pod> pods) {
    return pods.size() + (pods.size() == 1 ? " pod" : " pods");
  }

  /** Why pods do not start, in brackets; empty when nothing is known. */
  static String trouble(List<Pod> pods) {
    TreeSet<String> reasons = new TreeSet<>();
    for (Pod pod : pods) {
      if (pod.getStatus() == null || pod.getStatus().getContainerStatuses() == null) {
        continue;
      }
      for (ContainerStatus container : pod.getStatus().getContainerStatuses()) {
        if (container.getState() != null && container.getState().getWaiting() != null) {
          reasons.add(container.getState().getWaiting().getReason());
        }
      }
    }
    return reasons.isEmpty() ? "" : " (" + String.join(", ", reasons) + ")";
  }

  /** Namespaces and services that are sent through a waypoint, by their labels. */
  static List<String> users(KubernetesClient client, String namespace, String gateway) {
    List<String> users = new ArrayList<>();
    for (var there : client.namespaces().withLabel(USE_WAYPOINT, gateway).list().getItems()) {
      if (namespace.equals(waypointNamespace(there, there.getMetadata().getName()))) {
        users.add("namespace " + there.getMetadata().getName());
      }
    }
    for (var service :
        client.services().inAnyNamespace().withLabel(USE_WAYPOINT, gateway).list().getItems()) {
      if (namespace.equals(waypointNamespace(service, service.getMetadata().getNamespace()))) {
        users.add(
            "service "
                + service.getMetadata().getNamespace()
                + "/"
                + service.getMetadata().getName());
      }
    }
    return users;
  }

  private static String waypointNamespace(HasMetadata object, String own) {
    Map<String, String> labels =
        Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
    return labels.getOrDefault(USE_WAYPOINT_NAMESPACE, own);
  }

  /** Whose traffic a waypoint is for. */
  static String traffic(GenericKubernetesResource gateway) {
    return Objects.requireNonNullElse(gateway.getMetadata().getLabels(), Map.<String, String>of())
        .getOrDefault("istio.io/waypoint-for", "service");
  }
}
