// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.discovery.translate.Translation;
import io.waypoint.discovery.verdict.Condition;
import io.waypoint.discovery.verdict.PolicyVerdict;
import io.waypoint.discovery.verdict.RouteFacts;
import io.waypoint.discovery.verdict.RouteVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a cluster would find in the status of each route. */
final class StatusText {
  private StatusText() {}

  static List<String> of(Translation translation, Terminal terminal) {
    List<String> lines = routes(translation.routes(), terminal);
    for (PolicyVerdict policy : translation.policies()) {
      String title = policy.kind() + " " + policy.namespace() + "/" + policy.name();
      lines.add(terminal.bold(title) + "   " + terminal.dim(policy.position()));
      lines.addAll(conditions(policy.conditions()));
    }
    return lines;
  }

  private static List<String> routes(List<RouteFacts> routes, Terminal terminal) {
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
        lines.addAll(conditions(RouteVerdict.of(route, parent)));
      }
    }
    return lines;
  }

  private static List<String> conditions(List<Condition> conditions) {
    List<List<String>> rows =
        conditions.stream()
            .map(c -> List.of(c.type(), c.status(), c.reason(), c.message()))
            .toList();
    return rows.stream().map(row -> "    " + RoutesCommand.Columns.line(row, rows)).toList();
  }

  private static String name(RouteFacts.Parent parent) {
    Map<String, Object> ref = parent.ref();
    return parent.name()
        + (ref.containsKey("port") ? " port " + ref.get("port") : "")
        + (ref.containsKey("sectionName") ? " section " + ref.get("sectionName") : "");
  }
}
