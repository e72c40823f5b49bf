// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.routing.balance.TrafficPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which traffic policy holds for a service's port. The rule is looked for in the waypoint's
 * namespace, the service's, and the root namespace, the first of them that has one; there the one
 * counts that names the host most precisely, and then the oldest. What is said of a port replaces
 * what is said of the destination.
 */
final class DestinationRules {
  private static final String EVERYWHERE = "*";
  private static final String HERE = ".";

  /** What is said of a destination, or of one of its ports. */
  private record Level(TrafficPolicy policy, @Nullable DestinationTls tls) {
    static Level read(Doc doc) {
      return new Level(TrafficPolicyReader.read(doc), DestinationTls.read(doc.field("tls")));
    }
  }

  private record Rule(
      Manifest manifest,
      HostPattern host,
      List<String> exportTo,
      Level whole,
      Map<Integer, Level> ports) {
    boolean isSeenIn(String namespace) {
      boolean own = manifest.namespace().equals(namespace);
      return own
          || exportTo.isEmpty()
          || exportTo.contains(EVERYWHERE)
          || exportTo.contains(namespace);
    }
  }

  private final List<Rule> rules = new ArrayList<>();
  private final List<String> namespaces = new ArrayList<>();
  private final String clusterDomain;

  /**
   * @param waypoint the namespace of the waypoint; null when this process is none
   */
  DestinationRules(
      Objects objects, @Nullable String waypoint, String rootNamespace, String clusterDomain) {
    this.clusterDomain = clusterDomain;
    namespaces.add(waypoint == null ? "" : waypoint);
    namespaces.add("");
    namespaces.add(rootNamespace);
    objects.of("DestinationRule").forEach(this::read);
    rules.sort(
        Comparator.comparingInt((Rule rule) -> -rule.host().precision())
            .thenComparing(rule -> rule.manifest().created())
            .thenComparing(rule -> rule.manifest().name()));
  }

  private void read(Manifest manifest) {
    Doc spec =
        manifest.spec().only("host", "trafficPolicy", "subsets", "exportTo", "workloadSelector");
    ConnectionPoolReader.without(
        spec.field("subsets"),
        "only routes of a VirtualService choose one; an HTTPRoute names a Service for each"
            + " version");
    if (spec.has("workloadSelector")) {
      spec.field("workloadSelector")
          .warning(Code.NOT_SUPPORTED, "a waypoint ignores workloadSelector, as Istio's does");
    }
    Doc policy =
        spec.field("trafficPolicy")
            .only(
                "loadBalancer",
                "connectionPool",
                "outlierDetection",
                "tls",
                "portLevelSettings",
                "tunnel",
                "proxyProtocol",
                "retryBudget");
    Map<Integer, Level> ports = new HashMap<>();
    for (Doc doc : policy.field("portLevelSettings").list()) {
      doc.only("port", "loadBalancer", "connectionPool", "outlierDetection", "tls");
      int port = doc.field("port").only("number").field("number").integer(1, 65_535, 0);
      ports.put(port, Level.read(doc));
    }
    var host = HostPattern.of(spec.field("host").required(), manifest.namespace(), clusterDomain);
    List<String> exportTo = spec.field("exportTo").texts();
    Level whole = Level.read(policy);
    // One that has subsets alone leaves the word to others for the same host.
    if (policy.present()) {
      rules.add(new Rule(manifest, host, exportTo, whole, Map.copyOf(ports)));
    }
  }

  boolean isEmpty() {
    return rules.isEmpty();
  }

  /** The default when no rule speaks of the service. */
  TrafficPolicy of(ServiceSpec service, int port) {
    Level level = level(service, port);
    return level == null ? TrafficPolicy.DEFAULT : level.policy();
  }

  /** How a port is spoken to; null when no rule says it. */
  @Nullable Origination origination(ServiceSpec service, int port) {
    Level level = level(service, port);
    return level == null || level.tls() == null
        ? null
        : level.tls().of(service.hostname(clusterDomain));
  }

  private @Nullable Level level(ServiceSpec service, int port) {
    String hostname = service.hostname(clusterDomain);
    String own = namespaces.getFirst();
    for (int i = 0; i < namespaces.size() && !rules.isEmpty(); i++) {
      String place = i == 1 ? service.namespace() : namespaces.get(i);
      for (Rule rule : rules) {
        boolean exported = rule.exportTo().contains(HERE) ? place.equals(own) : rule.isSeenIn(own);
        if (rule.manifest().namespace().equals(place) && exported && rule.host().covers(hostname)) {
          return rule.ports().getOrDefault(port, rule.whole());
        }
      }
    }
    return null;
  }
}
