// SPDX-License-Identifier: Apache-2.0
package io.waypoint.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The cases of the suite as they stand in the files beside this package. */
final class Cases {
  /** A test of the suite, with the features that it is evidence for. */
  record Case(String test, List<String> features, String documents, List<Ask> asks) {}

  private static final String FOLDER = "/conformance/";
  private static final String ROUTE =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: KIND
      metadata: {name: NAME, namespace: NS}
      spec:
        parentRefs: [PARENT]
        rules:
      RULES
      ---
      """;

  private Cases() {}

  static List<Case> all() throws IOException {
    List<Case> cases = new ArrayList<>();
    for (String file : List.of("mesh.yaml", "http.yaml", "cors.yaml", "grpc.yaml")) {
      for (Map<String, Object> entry : maps(load(file))) {
        List<Ask> asks = maps(entry.get("asks")).stream().map(Ask::of).toList();
        var documents = new StringBuilder();
        for (Map<String, Object> route : maps(entry.getOrDefault("routes", List.of()))) {
          documents.append(document(text(entry, "test"), route));
        }
        cases.add(
            new Case(
                text(entry, "test"), texts(entry.get("features")), documents.toString(), asks));
      }
    }
    return cases;
  }

  private static String document(String test, Map<String, Object> route) {
    String name = EchoBackend.lower(test) + "-" + Math.abs(route.hashCode() % 10_000);
    return ROUTE
        .replace("KIND", String.valueOf(route.getOrDefault("kind", "HTTPRoute")))
        .replace("NAME", String.valueOf(route.getOrDefault("name", name)))
        .replace("NS", namespace(String.valueOf(route.getOrDefault("namespace", "mesh"))))
        .replace("PARENT", text(route, "parent"))
        .replace("RULES", text(route, "rules").indent(2));
  }

  static String namespace(String name) {
    return switch (name) {
      case "mesh" -> Topology.MESH;
      case "consumer" -> Topology.CONSUMER;
      default -> name;
    };
  }

  static Object load(String file) throws IOException {
    try (InputStream in = Cases.class.getResourceAsStream(FOLDER + file)) {
      return new Load(LoadSettings.builder().build())
          .loadFromInputStream(Objects.requireNonNull(in, file));
    }
  }

  static String text(Map<String, Object> entry, String key) {
    return String.valueOf(Objects.requireNonNull(entry.get(key), key));
  }

  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> maps(Object list) {
    return (List<Map<String, Object>>) list;
  }

  @SuppressWarnings("unchecked")
  static List<String> texts(Object list) {
    return (List<String>) list;
  }
}
