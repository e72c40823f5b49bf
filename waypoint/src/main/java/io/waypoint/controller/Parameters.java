// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a ConfigMap of {@code infrastructure.parametersRef} wants otherwise: for each kind a partial
 * object, as istiod reads it for its own class.
 *
 * @param problems a line each; what has one is not used
 */
record Parameters(Map<OwnedKind, Map<String, @Nullable Object>> overlays, List<String> problems) {
  static final Parameters NONE = new Parameters(Map.of(), List.of());

  static Parameters missing(String namespace, String name) {
    return new Parameters(
        Map.of(),
        List.of(
            "infrastructure.parametersRef: there is no ConfigMap %s/%s"
                .formatted(namespace, name)));
  }

  /**
   * @param name of the ConfigMap, for the reader of a problem
   */
  static Parameters read(String name, Map<String, String> data) {
    Map<OwnedKind, Map<String, @Nullable Object>> overlays = new EnumMap<>(OwnedKind.class);
    List<String> problems = new ArrayList<>();
    data.forEach((key, text) -> {
      OwnedKind kind = kind(key);
      String where = "ConfigMap " + name + ", key " + key;
      if (kind == null) {
        problems.add(where + ": not known; there are " + String.join(", ", keys()));
        return;
      }
      try {
        Map<String, @Nullable Object> overlay = Trees.mapping(text, where);
        String fixed = fixed(overlay);
        if (fixed == null) {
          overlays.put(kind, overlay);
        } else {
          problems.add(where + ": " + fixed + " cannot be another");
        }
      } catch (IllegalArgumentException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    });
    return new Parameters(overlays, problems);
  }

  private static @Nullable OwnedKind kind(String key) {
    for (OwnedKind kind : OwnedKind.values()) {
      if (key.equals(kind.overlayKey())) {
        return kind;
      }
    }
    return null;
  }

  private static List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (OwnedKind kind : OwnedKind.values()) {
      String key = kind.overlayKey();
      if (key != null) {
        keys.add(key);
      }
    }
    return keys;
  }

  /** By these an object is known; with others it would be one that nobody looks after. */
  private static @Nullable String fixed(Map<String, @Nullable Object> overlay) {
    for (String field : List.of("apiVersion", "kind")) {
      if (overlay.containsKey(field)) {
        return field;
      }
    }
    for (String field : List.of("name", "namespace", "ownerReferences")) {
      if (Trees.at(overlay, "metadata", field) != null) {
        return "metadata." + field;
      }
    }
    return null;
  }
}
