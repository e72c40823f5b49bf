// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import io.waypoint.discovery.verdict.Condition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Joins what is to be said with what a status says already. */
final class Conditions {
  private Conditions() {}

  /**
   * The list as it should be: ours new or as they were, those of others untouched. A condition
   * keeps its time as long as its status is the same, and one that was written for a later
   * generation than ours is left alone.
   *
   * @param existing what the status has; null for nothing
   * @param ours the types that are ours, so that those not wanted any more go
   */
  static List<Map<String, Object>> merge(
      @Nullable Object existing,
      List<Condition> wanted,
      Set<String> ours,
      long generation,
      Instant now) {
    Map<String, Map<String, Object>> merged = new LinkedHashMap<>();
    for (Map<String, Object> condition : Json.maps(existing)) {
      String type = Json.text(condition, "type");
      boolean gone = ours.contains(type) && !Json.isNewer(condition, generation);
      if (!gone || wanted.stream().anyMatch(want -> want.type().equals(type))) {
        merged.put(type, condition);
      }
    }
    for (Condition want : wanted) {
      Map<String, Object> before = merged.get(want.type());
      if (before == null || !Json.isNewer(before, generation)) {
        merged.put(want.type(), one(before, want, generation, now));
      }
    }
    return new ArrayList<>(merged.values());
  }

  /** Ours alone, for an apply that leaves the conditions of others to them. */
  static List<Map<String, Object>> apply(
      @Nullable Object existing, List<Condition> wanted, long generation, Instant now) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (Condition want : wanted) {
      Map<String, Object> before = null;
      for (Map<String, Object> condition : Json.maps(existing)) {
        before = Json.text(condition, "type").equals(want.type()) ? condition : before;
      }
      boolean newer = before != null && Json.isNewer(before, generation);
      list.add(before != null && newer ? before : one(before, want, generation, now));
    }
    return list;
  }

  private static Map<String, Object> one(
      @Nullable Map<String, Object> before, Condition want, long generation, Instant now) {
    boolean same = before != null && Json.text(before, "status").equals(want.status());
    String since = before != null && same ? Json.text(before, "lastTransitionTime") : "";
    Map<String, Object> condition = new LinkedHashMap<>();
    condition.put("type", want.type());
    condition.put("status", want.status());
    condition.put("reason", want.reason());
    condition.put("message", want.message());
    condition.put("observedGeneration", generation);
    condition.put(
        "lastTransitionTime",
        since.isEmpty() ? now.truncatedTo(ChronoUnit.SECONDS).toString() : since);
    return condition;
  }
}
