// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.routing.FaultTable;
import io.waypoint.routing.model.FaultRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which faults a VirtualService injects into the requests of a service's port; requests are routed
 * by HTTPRoute and GRPCRoute alone. Those of the waypoint's namespace count before those of the
 * service's, an exact host before a wildcard, and then the oldest.
 */
final class VirtualServices {
  private static final String MESH = "mesh";

  private record Found(
      Manifest manifest, List<HostPattern> hosts, List<FaultRuleReader.Read> rules) {
    /** How precisely it names a host; 0 for not at all. */
    int precision(String hostname) {
      int precision = 0;
      for (HostPattern host : hosts) {
        precision = host.covers(hostname) ? Math.max(precision, host.precision()) : precision;
      }
      return precision;
    }
  }

  private final List<Found> all = new ArrayList<>();
  private final Map<String, FaultTable> tables = new HashMap<>();
  private final Map<String, Found> chosen = new HashMap<>();
  private final String waypoint;
  private final String clusterDomain;

  /**
   * @param waypoint the namespace of the waypoint; null when this process is none
   */
  VirtualServices(Objects objects, @Nullable String waypoint, String clusterDomain) {
    this.waypoint = waypoint == null ? "" : waypoint;
    this.clusterDomain = clusterDomain;
    objects.of("VirtualService").forEach(this::read);
    if (all.isEmpty()) {
      return;
    }
    all.sort(
        Comparator.comparing((Found found) -> found.manifest().created())
            .thenComparing(found -> found.manifest().key()));
    List<Found> unused = new ArrayList<>(all);
    for (ServiceSpec service : objects.services()) {
      Found best = best(service);
      if (best != null) {
        chosen.put(service.key(), best);
        unused.remove(best);
      }
    }
    for (Found found : unused) {
      found
          .manifest()
          .spec()
          .field("hosts")
          .warning(
              Code.NOT_SUPPORTED,
              "none of its hosts is a service for which this VirtualService counts",
              "it stands in the waypoint's or the service's namespace; the oldest there counts");
    }
  }

  private void read(Manifest manifest) {
    Doc spec = manifest.spec().only("hosts", "gateways", "http", "tcp", "tls", "exportTo");
    ConnectionPoolReader.without(spec.field("tcp"), "a TCPRoute would say where connections go");
    ConnectionPoolReader.without(spec.field("tls"), "a TLSRoute would say where connections go");
    List<String> gateways = spec.field("gateways").texts();
    if (!gateways.isEmpty() && !gateways.contains(MESH)) {
      ConnectionPoolReader.without(spec.field("gateways"), "it is for gateways, not for the mesh");
      return;
    }
    List<HostPattern> hosts = new ArrayList<>();
    for (Doc host : spec.field("hosts").list()) {
      hosts.add(HostPattern.of(host.required(), manifest.namespace(), clusterDomain));
    }
    if (hosts.isEmpty()) {
      spec.field("hosts").error(Code.MISSING_FIELD, "spec.hosts is required");
      return;
    }
    List<FaultRuleReader.Read> rules = new ArrayList<>();
    for (Doc doc : spec.field("http").list()) {
      FaultRuleReader.Read rule = FaultRuleReader.read(manifest, doc);
      if (rule != null) {
        rules.add(rule);
      }
    }
    if (ExportTo.reaches(spec.field("exportTo").texts(), waypoint, manifest.namespace())) {
      all.add(new Found(manifest, hosts, rules));
    } else {
      ConnectionPoolReader.without(
          spec.field("exportTo"), "the waypoint's namespace is not among them");
    }
  }

  private @Nullable Found best(ServiceSpec service) {
    String hostname = service.hostname(clusterDomain);
    Found best = null;
    int precision = 0;
    for (String namespace : List.of(waypoint, service.namespace())) {
      for (Found found : best == null ? all : List.<Found>of()) {
        int fits = found.manifest().namespace().equals(namespace) ? found.precision(hostname) : 0;
        if (fits > precision) {
          best = found;
          precision = fits;
        }
      }
    }
    return best;
  }

  FaultTable of(ServiceSpec service, int port) {
    Found found = chosen.get(service.key());
    return found == null
        ? FaultTable.NONE
        : tables.computeIfAbsent(found.manifest().key() + " " + port, _ -> compile(found, port));
  }

  private static FaultTable compile(Found found, int port) {
    List<FaultRule> rules = new ArrayList<>();
    for (FaultRuleReader.Read read : found.rules()) {
      FaultRule rule = read.on(port);
      if (rule != null) {
        rules.add(rule);
      }
    }
    return FaultTable.compile(rules);
  }
}
