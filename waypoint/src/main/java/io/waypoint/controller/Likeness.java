// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether an object holds all that is drawn, whatever else it holds. When in doubt it does not, and
 * then an apply that changes nothing costs a call and no more.
 */
final class Likeness {
  private Likeness() {}

  static boolean holds(GenericKubernetesResource live, Map<String, @Nullable Object> drawn) {
    return drawn.entrySet().stream()
        .allMatch(field ->
            switch (field.getKey()) {
              case "apiVersion", "kind" -> true;
              case "metadata" -> metadata(live.getMetadata(), field.getValue());
              default -> value(live.get(field.getKey()), field.getValue());
            });
  }

  private static boolean metadata(ObjectMeta live, @Nullable Object drawn) {
    for (Object reference : Trees.list(drawn, "ownerReferences")) {
      String uid = Trees.text(reference, "uid");
      List<OwnerReference> owners =
          Objects.requireNonNullElse(live.getOwnerReferences(), List.of());
      if (owners.stream().noneMatch(owner -> uid.equals(owner.getUid()))) {
        return false;
      }
    }
    return value(live.getLabels(), Trees.at(drawn, "labels"))
        && value(live.getAnnotations(), Trees.at(drawn, "annotations"));
  }

  private static boolean value(@Nullable Object live, @Nullable Object drawn) {
    return switch (drawn) {
      case null -> true;
      case Map<?, ?> map ->
          map.isEmpty()
              || live instanceof Map<?, ?> other
                  && map.entrySet().stream()
                      .allMatch(field -> value(other.get(field.getKey()), field.getValue()));
      case List<?> list -> live instanceof List<?> other && items(other, list);
      case Number number -> live instanceof Number other && number.longValue() == other.longValue();
      default -> drawn.equals(live);
    };
  }

  private static boolean items(List<?> live, List<?> drawn) {
    boolean same = live.size() == drawn.size();
    for (int i = 0; same && i < drawn.size(); i++) {
      same = value(live.get(i), drawn.get(i));
    }
    return same;
  }
}
