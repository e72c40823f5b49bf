// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.discovery.verdict.Condition;
import io.waypoint.discovery.verdict.RouteFacts;
import io.waypoint.discovery.verdict.RouteVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a cluster would find in the status of each route. */
final class StatusText {
  private StatusText() {}

  static List<String> of(List<RouteFacts> routes, Terminal terminal) {
    List<String> lines = new ArrayList<>();
    for (RouteFacts route : routes) {
      String title = route.kind() + " " + route.namespace() + "/" + route.name();
      lines.add(terminal.bold(title) + "   " + terminal.dim(route.position()));
      for (RouteFacts.Parent parent : route.parents()) {
        lines.add("  " + name(parent));
        if (!RouteVerdict.isOurs(parent)) {
          lines.add("    not served by this waypoint, which says nothing of it");
          continue;
        }
        List<List<String>> rows = new ArrayList<>();
        for (Condition condition : RouteVerdict.of(route, parent)) {
          rows.add(
              List.of(
                  condition.type(), condition.status(), condition.reason(), condition.message()));
        }
        rows.forEach(row -> lines.add("    " + RoutesCommand.Columns.line(row, rows)));
      }
    }
    return lines;
  }

  private static String name(RouteFacts.Parent parent) {
    Map<String, Object> ref = parent.ref();
    return parent.name()
        + (ref.containsKey("port") ? " port " + ref.get("port") : "")
        + (ref.containsKey("sectionName") ? " section " + ref.get("sectionName") : "");
  }
}
