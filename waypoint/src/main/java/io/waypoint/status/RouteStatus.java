// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import io.waypoint.discovery.verdict.RouteFacts;
import io.waypoint.discovery.verdict.RouteVerdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The list {@code status.parents} as it should be. The list is one value to the API server, so that
 * the entries of others are carried along as they are.
 */
final class RouteStatus {
  private static final int MOST = 32;

  private RouteStatus() {}

  /**
   * @param existing the status as it is; null without one
   * @return the new list, or null when the one that is there says the same
   */
  static @Nullable List<Map<String, Object>> parents(
      @Nullable Object existing,
      RouteFacts facts,
      String controller,
      long generation,
      Instant now) {
    List<Map<String, Object>> before = Json.maps(Json.field(existing, "parents"));
    List<Map<String, Object>> after = new ArrayList<>();
    List<Map<String, Object>> mine = new ArrayList<>();
    for (Map<String, Object> entry : before) {
      if (!Json.text(entry, "controllerName").equals(controller)) {
        after.add(entry);
      } else if (keep(entry, facts)) {
        mine.add(entry);
      }
    }
    for (RouteFacts.Parent parent : facts.parents()) {
      if (RouteVerdict.isOurs(parent)) {
        Map<String, Object> entry = entry(mine, parent.ref());
        mine.remove(entry);
        after.add(written(entry, parent, facts, controller, generation, now));
      }
    }
    after.addAll(mine);
    List<Map<String, Object>> wanted = sorted(before, after);
    List<Map<String, Object>> limited = wanted.subList(0, Math.min(MOST, wanted.size()));
    return Json.same(before, limited) ? null : limited;
  }

  /** An entry of another waypoint of ours stays as long as the route names its parent. */
  private static boolean keep(Map<String, Object> entry, RouteFacts facts) {
    Object ref = entry.get("parentRef");
    return facts.parents().stream()
        .anyMatch(parent ->
            sameParent(parent.ref(), Json.map(ref))
                && parent.standing() != RouteFacts.Standing.LEFT);
  }

  private static Map<String, Object> entry(
      List<Map<String, Object>> mine, Map<String, Object> ref) {
    for (Map<String, Object> entry : mine) {
      if (sameParent(ref, Json.map(entry.get("parentRef")))) {
        return entry;
      }
    }
    return Map.of();
  }

  private static Map<String, Object> written(
      Map<String, Object> before,
      RouteFacts.Parent parent,
      RouteFacts facts,
      String controller,
      long generation,
      Instant now) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("parentRef", parent.ref());
    entry.put("controllerName", controller);
    entry.put(
        "conditions",
        Conditions.merge(
            before.get("conditions"),
            RouteVerdict.of(facts, parent),
            RouteVerdict.TYPES,
            generation,
            now));
    return entry;
  }

  /** The order that is there, and what is new after it: an order is not worth a write. */
  private static List<Map<String, Object>> sorted(
      List<Map<String, Object>> before, List<Map<String, Object>> after) {
    List<Map<String, Object>> rest = new ArrayList<>(after);
    List<Map<String, Object>> list = new ArrayList<>();
    for (Map<String, Object> old : before) {
      for (Map<String, Object> entry : rest) {
        if (Json.text(entry, "controllerName").equals(Json.text(old, "controllerName"))
            && sameParent(Json.map(entry.get("parentRef")), Json.map(old.get("parentRef")))) {
          list.add(entry);
          rest.remove(entry);
          break;
        }
      }
    }
    list.addAll(rest);
    return list;
  }

  /** The API server fills in what a route leaves out. */
  private static boolean sameParent(Map<String, Object> a, Map<String, Object> b) {
    return text(a, "group", "gateway.networking.k8s.io")
            .equals(text(b, "group", "gateway.networking.k8s.io"))
        && text(a, "kind", "Gateway").equals(text(b, "kind", "Gateway"))
        && text(a, "namespace", "").equals(text(b, "namespace", ""))
        && text(a, "name", "").equals(text(b, "name", ""))
        && text(a, "sectionName", "").equals(text(b, "sectionName", ""))
        && text(a, "port", "").equals(text(b, "port", ""));
  }

  private static String text(Map<String, Object> ref, String field, String otherwise) {
    Object value = ref.get(field);
    return value == null ? otherwise : value.toString();
  }
}
