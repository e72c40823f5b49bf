// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.routing.balance.Locality;
import io.waypoint.routing.balance.Locality.Part;
import io.waypoint.routing.balance.LocalityRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads where endpoints run, and which of them are preferred for it. */
final class LocalityReader {
  private static final String REGION = "topology.kubernetes.io/region";
  private static final String ZONE = "topology.kubernetes.io/zone";
  private static final String SUBZONE = "topology.istio.io/subzone";
  private static final String ANNOTATION = "networking.istio.io/traffic-distribution";
  private static final Map<String, Part> PARTS =
      Map.of(
          REGION,
          Part.REGION,
          ZONE,
          Part.ZONE,
          SUBZONE,
          Part.SUBZONE,
          "kubernetes.io/hostname",
          Part.NODE);

  private LocalityReader() {}

  /**
   * Where a pod runs.
   *
   * @param labels Kubernetes 1.35 copies those of the node's place to the pod
   */
  static Locality of(Map<String, String> labels, String node) {
    String whole = labels.getOrDefault("istio-locality", "").replace('.', '/');
    Locality parsed = Locality.parse(whole, node);
    return new Locality(
        labels.getOrDefault(REGION, parsed.region()),
        labels.getOrDefault(ZONE, parsed.zone()),
        labels.getOrDefault(SUBZONE, parsed.subzone()),
        node);
  }

  /**
   * {@code localityLbSetting}.
   *
   * @param ejects whether endpoints are ejected, without which there is no failover
   * @return null when it says nothing
   */
  static @Nullable LocalityRule rule(Doc doc, boolean ejects) {
    if (!doc.present()) {
      return null;
    }
    doc.only("distribute", "failover", "failoverPriority", "enabled");
    boolean distributes = doc.has("distribute");
    boolean failsOver = doc.has("failover") || doc.has("failoverPriority");
    if (distributes && failsOver) {
      doc.error(
          Code.CONTRADICTION, doc.path() + " has distribute and failover: only one of them counts");
    }
    LocalityRule rule = distributes ? distribute(doc.field("distribute")) : failover(doc);
    if (!doc.field("enabled").flag(true)) {
      return LocalityRule.ANYWHERE;
    }
    if (!distributes && !ejects) {
      ConnectionPoolReader.without(
          doc, "failover needs outlierDetection, which tells who has failed");
      return LocalityRule.ANYWHERE;
    }
    return rule;
  }

  private static @Nullable LocalityRule distribute(Doc list) {
    Map<String, Map<String, Integer>> from = new HashMap<>();
    for (Doc doc : list.list()) {
      doc.only("from", "to");
      Map<String, Integer> weights = new HashMap<>();
      for (Doc to : doc.field("to").fields()) {
        weights.put(to.name(), to.integer(1, 100, 0));
      }
      String place = doc.field("from").required();
      LocalityRule read =
          MatchReader.refused(
              doc.field("to"), () -> new LocalityRule.Distribute(Map.of(place, weights)));
      if (read != null && from.put(place, weights) != null) {
        doc.error(Code.CONTRADICTION, "\"" + place + "\" stands twice in " + list.path());
      }
    }
    return new LocalityRule.Distribute(from);
  }

  private static LocalityRule failover(Doc doc) {
    Map<String, String> regions = new HashMap<>();
    for (Doc each : doc.field("failover").list()) {
      each.only("from", "to");
      String from = each.field("from").required();
      String to = each.field("to").required();
      if (from.equals(to)) {
        each.error(Code.CONTRADICTION, "a region does not fail over to itself");
      }
      regions.put(from, to);
    }
    List<Part> parts = new ArrayList<>();
    for (Doc label : doc.field("failoverPriority").list()) {
      Part part = PARTS.get(label.text(""));
      if (part == null) {
        ConnectionPoolReader.without(
            label, "only region, zone, subzone and kubernetes.io/hostname are known of endpoints");
        break;
      }
      parts.add(part);
    }
    return parts.isEmpty()
        ? LocalityRule.failover(regions)
        : new LocalityRule.Closest(parts, regions);
  }

  /** What a Service prefers, or its annotation, or its namespace's; null when nobody says. */
  static @Nullable LocalityRule preferred(ServiceSpec service, Objects objects) {
    Doc field = service.manifest().spec().field("trafficDistribution");
    Doc annotation = service.manifest().annotation(ANNOTATION);
    var namespace = objects.find("Namespace", "", service.namespace());
    Doc said = field.present() ? field : annotation;
    if (!said.present() && namespace != null) {
      said = namespace.annotation(ANNOTATION);
    }
    return switch (said.raw()) {
      case "PreferClose", "PreferSameZone" -> LocalityRule.SAME_ZONE;
      case "PreferSameNode" -> LocalityRule.SAME_NODE;
      case "", "Any" -> null;
      default -> {
        said.warning(
            Code.NOT_SUPPORTED,
            said.path() + " is \"" + said.raw() + "\", which is not known: endpoints are equal",
            "PreferSameZone, PreferSameNode or PreferClose");
        yield null;
      }
    };
  }
}
