// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Core objects reduced to the fields that say who runs where. */
final class Slim {
  private static final Set<String> SERVICE =
      Set.of("type", "clusterIP", "clusterIPs", "selector", "ports");
  private static final Set<String> PORT = Set.of("name", "containerPort", "protocol");

  private Slim() {}

  static @Nullable Object serviceSpec(@Nullable Object spec) {
    return fields(spec, SERVICE);
  }

  static @Nullable Object podSpec(@Nullable Object spec) {
    if (!(spec instanceof Map<?, ?> map)) {
      return spec;
    }
    Map<String, @Nullable Object> kept = new LinkedHashMap<>();
    kept.put("serviceAccountName", map.get("serviceAccountName"));
    List<@Nullable Object> containers = new ArrayList<>();
    each(
        map.get("containers"),
        container -> {
          List<@Nullable Object> ports = new ArrayList<>();
          each(container.get("ports"), port -> ports.add(fields(port, PORT)));
          if (!ports.isEmpty()) {
            containers.add(Map.of("ports", ports));
          }
        });
    kept.put("containers", containers);
    return kept;
  }

  static @Nullable Object podStatus(@Nullable Object status) {
    if (!(status instanceof Map<?, ?> map)) {
      // A pod that nobody has looked at yet is not one that nobody probes.
      return Map.of("phase", "Pending", "conditions", List.of(Map.of("type", "Ready")));
    }
    Map<String, @Nullable Object> kept = new LinkedHashMap<>();
    for (String field : List.of("phase", "podIP", "podIPs")) {
      if (map.get(field) != null) {
        kept.put(field, map.get(field));
      }
    }
    String ready = "False";
    List<Map<?, ?>> conditions = new ArrayList<>();
    each(map.get("conditions"), conditions::add);
    for (Map<?, ?> condition : conditions) {
      if ("Ready".equals(condition.get("type"))) {
        ready = String.valueOf(condition.get("status"));
      }
    }
    kept.put("conditions", List.of(Map.of("type", "Ready", "status", ready)));
    return kept;
  }

  static List<@Nullable Object> endpoints(@Nullable Object list) {
    List<@Nullable Object> kept = new ArrayList<>();
    each(
        list,
        endpoint -> {
          Map<String, @Nullable Object> slim = new LinkedHashMap<>();
          slim.put("addresses", endpoint.get("addresses"));
          slim.put("conditions", fields(endpoint.get("conditions"), Set.of("ready")));
          slim.put("targetRef", fields(endpoint.get("targetRef"), Set.of("name")));
          kept.add(slim);
        });
    return kept;
  }

  /** Some fields of a mapping; anything else as it is. */
  static @Nullable Object fields(@Nullable Object value, Set<String> wanted) {
    if (!(value instanceof Map<?, ?> map)) {
      return value;
    }
    Map<String, @Nullable Object> kept = new LinkedHashMap<>();
    map.forEach((field, content) -> {
      if (wanted.contains(String.valueOf(field)) && content != null) {
        kept.put(String.valueOf(field), content);
      }
    });
    return kept;
  }

  private interface Each {
    void accept(Map<?, ?> map);
  }

  private static void each(@Nullable Object list, Each use) {
    if (list instanceof List<?> items) {
      for (Object item : items) {
        if (item instanceof Map<?, ?> map) {
          use.accept(map);
        }
      }
    }
  }
}
