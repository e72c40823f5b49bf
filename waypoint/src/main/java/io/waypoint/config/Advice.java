// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fields that people write in the wrong place: names of other APIs, and names that belong one level
 * deeper.
 *
 * @param name what was written
 * @param beside fields of the mapping in which this advice holds
 * @param instead what to write
 */
record Advice(String name, String beside, String instead) {
  private static final List<Advice> ALL =
      List.of(
          new Advice("pathPrefix", "type", "type: PathPrefix\" with \"value: …"),
          new Advice("prefix", "type", "type: PathPrefix\" with \"value: …"),
          new Advice("exact", "type", "type: Exact\" with \"value: …"),
          new Advice("regex", "type", "type: RegularExpression\" with \"value: …"),
          new Advice("regularExpression", "type", "type: RegularExpression\" with \"value: …"),
          new Advice("serviceName", "weight", "name"),
          new Advice("servicePort", "weight", "port"),
          new Advice("host", "weight", "name"),
          new Advice("hosts", "parentRefs", "hostnames"),
          new Advice("http", "parentRefs", "rules"),
          new Advice("gateways", "parentRefs", "parentRefs"),
          new Advice("route", "backendRefs", "backendRefs"),
          new Advice("match", "backendRefs", "matches"),
          new Advice("destination", "backendRefs", "backendRefs"),
          new Advice("uri", "queryParams", "path"),
          new Advice("principals", "source", "source: {principals: …}"),
          new Advice("namespaces", "source", "source: {namespaces: …}"),
          new Advice("ipBlocks", "source", "source: {ipBlocks: …}"),
          new Advice("methods", "operation", "operation: {methods: …}"),
          new Advice("paths", "operation", "operation: {paths: …}"),
          new Advice("hosts", "operation", "operation: {hosts: …}"),
          new Advice("ports", "operation", "operation: {ports: …}"),
          new Advice("source", "from", "from: [{source: …}]"),
          new Advice("operation", "from", "to: [{operation: …}]"),
          new Advice("principals", "from", "from: [{source: {principals: …}}]"),
          new Advice("methods", "from", "to: [{operation: {methods: …}}]"),
          new Advice("paths", "from", "to: [{operation: {paths: …}}]"));

  /** A hint about an unknown field beside the known ones of its mapping, or null. */
  static @Nullable String hint(String typed, List<String> known) {
    String elsewhere = Spelling.nearest(typed, misplaced(known));
    String near = Spelling.nearest(typed, known);
    if (near != null && (elsewhere == null || closer(typed, near, elsewhere))) {
      return quoted(near);
    }
    for (Advice advice : ALL) {
      if (advice.name.equals(elsewhere) && known.contains(advice.beside)) {
        return quoted(advice.instead);
      }
    }
    return known.isEmpty() ? null : "known here: " + String.join(", ", known);
  }

  private static boolean closer(String typed, String one, String other) {
    return Spelling.distance(typed, one) < Spelling.distance(typed, other);
  }

  private static List<String> misplaced(List<String> known) {
    List<String> names = new ArrayList<>();
    for (Advice advice : ALL) {
      if (known.contains(advice.beside)) {
        names.add(advice.name);
      }
    }
    return names;
  }

  private static String quoted(String words) {
    return "did you mean \"" + words + "\"?";
  }
}
