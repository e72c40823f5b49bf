// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery;

import io.waypoint.config.Doc;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What changed between two configurations, in words:
 *
 * <pre>
 * + route default/reviews
 * ~ policy default/productpage: rules changed
 * ~ route default/reviews: weights 90/10 -> 50/50
 * - service default/ratings
 * </pre>
 */
public final class WorldDiff {
  private static final Set<String> NOISE =
      Set.of("status", "resourceVersion", "generation", "managedFields", "uid");
  private static final int MOST_DETAILS = 4;

  private WorldDiff() {}

  /** One line for each object that came, went or says something else, sorted. */
  public static List<String> between(Inventory before, Inventory after) {
    Map<String, Manifest> then = before.objects();
    Map<String, Manifest> since = after.objects();
    Set<String> identities = new TreeSet<>(then.keySet());
    identities.addAll(since.keySet());
    List<String> lines = new ArrayList<>();
    for (String identity : identities) {
      Manifest old = then.get(identity);
      Manifest now = since.get(identity);
      if (old == null && now != null) {
        lines.add("+ " + name(now));
      } else if (now == null && old != null) {
        lines.add("- " + name(old));
      } else if (now != null && old != null) {
        List<String> details = details(old, now);
        if (!details.isEmpty()) {
          lines.add("~ " + name(now) + ": " + join(details));
        }
      }
    }
    return lines;
  }

  private static String name(Manifest manifest) {
    String kind =
        switch (manifest.kind()) {
          case "HTTPRoute" -> "route";
          case "AuthorizationPolicy" -> "policy";
          case "RequestAuthentication" -> "authentication";
          case "ServiceAccount" -> "account";
          case "EndpointSlice" -> "endpoints";
          case "ConfigMap" -> "settings";
          default -> manifest.kind().toLowerCase(Locale.ROOT);
        };
    return kind + " " + manifest.key();
  }

  private static String join(List<String> details) {
    int more = details.size() - MOST_DETAILS;
    String shown = details.stream().limit(MOST_DETAILS).collect(Collectors.joining(", "));
    return more > 0 ? shown + " and " + more + " more" : shown;
  }

  private static List<String> details(Manifest old, Manifest now) {
    List<String> details = new ArrayList<>();
    compare("", old.doc(), now.doc(), details);
    if (now.kind().endsWith("Route") && !details.isEmpty()) {
      List<String> weights = WeightWords.between(old.spec(), now.spec());
      boolean onlyWeights = details.stream().allMatch(detail -> detail.startsWith("weight "));
      if (onlyWeights && !weights.isEmpty()) {
        return weights;
      }
    }
    return details.stream().distinct().toList();
  }

  /**
   * Descends through mappings; of a list it says only that it changed, except for the weights of
   * backends, which are told by {@link WeightWords}.
   */
  private static void compare(String path, Doc old, Doc now, List<String> details) {
    if (old.sameAs(now)) {
      return;
    }
    if (old.isMapping() && now.isMapping()) {
      Set<String> fields = new TreeSet<>();
      old.fields().forEach(field -> fields.add(field.name()));
      now.fields().forEach(field -> fields.add(field.name()));
      fields.removeAll(NOISE);
      for (String field : fields) {
        boolean shell = path.isEmpty() && (field.equals("spec") || field.equals("metadata"));
        String name = shell ? "" : path.isEmpty() ? field : path + "." + field;
        compare(name, old.field(field), now.field(field), details);
      }
    } else if (onlyWeights(path, old, now)) {
      details.add("weight changed");
    } else if (old.isList() || now.isList() || old.isMapping() || now.isMapping()) {
      details.add(path + (now.present() ? old.present() ? " changed" : " added" : " removed"));
    } else {
      details.add(path + " " + shown(old) + " -> " + shown(now));
    }
  }

  private static boolean onlyWeights(String path, Doc old, Doc now) {
    return path.equals("rules")
        && old.isList()
        && now.isList()
        && WeightWords.nothingElse(old, now);
  }

  private static String shown(Doc doc) {
    return doc.present() ? doc.raw().lines().findFirst().orElse("\"\"") : "(none)";
  }
}
