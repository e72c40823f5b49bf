// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Joins an object with what somebody wants otherwise.
 *
 * <p>{@link #strategic} knows which lists of a pod are keyed, as the API server's strategic merge
 * patch does (k8s.io/api, {@code patchMergeKey}): a container is joined with the container of its
 * name. It understands {@code $patch: delete} and {@code $patch: replace}. {@link #plain} replaces
 * lists, as the chart does with its values.
 */
final class Overlay {
  private static final String DIRECTIVE = "$patch";

  /** By the list's field name; the first key that all items have. */
  private static final Map<String, List<String>> KEYS =
      Map.ofEntries(
          Map.entry("containers", List.of("name")),
          Map.entry("initContainers", List.of("name")),
          Map.entry("ephemeralContainers", List.of("name")),
          Map.entry("volumes", List.of("name")),
          Map.entry("env", List.of("name")),
          Map.entry("imagePullSecrets", List.of("name")),
          Map.entry("secrets", List.of("name")),
          Map.entry("volumeMounts", List.of("mountPath")),
          Map.entry("volumeDevices", List.of("devicePath")),
          Map.entry("ports", List.of("containerPort", "port")),
          Map.entry("hostAliases", List.of("ip")),
          Map.entry("topologySpreadConstraints", List.of("topologyKey")),
          Map.entry("resourceClaims", List.of("name")));

  private Overlay() {}

  static Map<String, @Nullable Object> strategic(
      Map<String, ? extends @Nullable Object> base,
      Map<String, ? extends @Nullable Object> wanted) {
    return merge(base, wanted, true);
  }

  static Map<String, @Nullable Object> plain(
      Map<String, ? extends @Nullable Object> base,
      Map<String, ? extends @Nullable Object> wanted) {
    return merge(base, wanted, false);
  }

  private static Map<String, @Nullable Object> merge(
      Map<String, ? extends @Nullable Object> base,
      Map<String, ? extends @Nullable Object> wanted,
      boolean keyed) {
    Map<String, @Nullable Object> merged = new LinkedHashMap<>();
    if (!keyed || !"replace".equals(wanted.get(DIRECTIVE))) {
      merged.putAll(base);
    }
    wanted.forEach((name, value) -> {
      if (value == null) {
        merged.remove(name);
      } else if (!keyed || !name.equals(DIRECTIVE)) {
        merged.put(name, value(name, merged.get(name), value, keyed));
      }
    });
    return merged;
  }

  private static Object value(String name, @Nullable Object base, Object wanted, boolean keyed) {
    if (wanted instanceof Map<?, ?>) {
      return merge(Trees.map(base), Trees.map(wanted), keyed);
    }
    if (keyed && base instanceof List<?> items && wanted instanceof List<?> others) {
      for (String key : KEYS.getOrDefault(name, List.of())) {
        if (allHave(items, key) && allHave(others, key)) {
          return items(items, others, key);
        }
      }
    }
    return wanted;
  }

  private static boolean allHave(List<?> items, String key) {
    return items.stream().allMatch(item -> Trees.at(item, key) != null);
  }

  private static List<Object> items(List<?> base, List<?> wanted, String key) {
    List<Object> merged = new ArrayList<>(base);
    for (Object want : wanted) {
      int at = indexOf(merged, want, key);
      boolean delete = "delete".equals(Trees.at(want, DIRECTIVE));
      if (delete && at >= 0) {
        merged.remove(at);
      } else if (!delete) {
        Map<String, @Nullable Object> item =
            merge(at < 0 ? Map.of() : Trees.map(merged.get(at)), Trees.map(want), true);
        if (at < 0) {
          merged.add(item);
        } else {
          merged.set(at, item);
        }
      }
    }
    return merged;
  }

  private static int indexOf(List<Object> items, @Nullable Object want, String key) {
    for (int i = 0; i < items.size(); i++) {
      if (Objects.equals(Trees.text(items.get(i), key), Trees.text(want, key))) {
        return i;
      }
    }
    return -1;
  }
}
