// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.waypoint.chart.Chart;
import io.waypoint.chart.Rendered;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the controller may, as the chart grants it, and less than that. */
final class Rules {
  private static final Set<String> KINDS =
      Set.of("ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding");
  private static final List<Rendered> RELEASE =
      Chart.render("waypoint-system", "{mode: controller, name: controller}");

  static final String REQUIRED = text(RELEASE.stream());

  /** Services can be looked at and no more. */
  static final String WITHOUT_SERVICES =
      text(RELEASE.stream().map(object -> new Rendered(withoutServices(object))));

  private Rules() {}

  private static String text(Stream<Rendered> objects) {
    return objects
        .filter(object -> KINDS.contains(object.kind()))
        .map(Rendered::yaml)
        .collect(Collectors.joining("\n---\n"));
  }

  private static Map<String, Object> withoutServices(Rendered object) {
    Map<String, Object> tree = new LinkedHashMap<>(object.tree());
    if (!object.listAt("rules").isEmpty()) {
      tree.put("rules", object.listAt("rules").stream().flatMap(Rules::withoutServicesIn).toList());
    }
    return tree;
  }

  private static Stream<Map<String, Object>> withoutServicesIn(Rendered rule) {
    if (!(rule.at("resources") instanceof List<?> resources) || !resources.contains("services")) {
      return Stream.of(rule.tree());
    }
    Map<String, Object> others = new LinkedHashMap<>(rule.tree());
    others.put("resources", resources.stream().filter(r -> !r.equals("services")).toList());
    Map<String, Object> looking = new LinkedHashMap<>(rule.tree());
    looking.put("resources", List.of("services"));
    looking.put("verbs", List.of("get", "list", "watch"));
    return Stream.of(others, looking);
  }

  /** The facts about waypoints that the chart mounts into the controller. */
  static String facts() {
    return RELEASE.stream()
        .filter(object -> object.kind().equals("ConfigMap"))
        .map(object -> String.valueOf(object.mapAt("data").get("facts.yaml")))
        .findFirst()
        .orElseThrow();
  }

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
