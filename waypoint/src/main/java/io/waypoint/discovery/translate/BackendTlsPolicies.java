// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.discovery.translate.BackendTlsReader.Read;
import io.waypoint.discovery.translate.BackendTlsReader.Target;
import io.waypoint.discovery.verdict.Condition;
import io.waypoint.discovery.verdict.PolicyVerdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which ports are spoken to over TLS, and whom we expect there (BackendTLSPolicy; GEP-1897). A
 * policy for a port goes before one for the whole service; of two equal ones the older counts, then
 * the first by name.
 */
final class BackendTlsPolicies {
  private final Objects objects;
  private final String clusterDomain;
  private final List<Read> all = new ArrayList<>();

  /** In the order in which they count, so that the first that is found does. */
  private final Map<String, Read> byTarget = new LinkedHashMap<>();

  BackendTlsPolicies(Objects objects, String clusterDomain) {
    this.objects = objects;
    this.clusterDomain = clusterDomain;
    objects.of("BackendTLSPolicy").forEach(m -> all.add(BackendTlsReader.read(objects, m)));
    all.sort(
        Comparator.comparing((Read read) -> read.manifest().created())
            .thenComparing(read -> read.manifest().key()));
    for (Read read : all) {
      read.targets().forEach(target -> byTarget.putIfAbsent(key(read, target), read));
    }
  }

  private static String key(Read read, Target target) {
    return key(target.kind(), read.manifest().namespace(), target.name(), target.section());
  }

  private static String key(String kind, String namespace, String name, String section) {
    return kind + " " + namespace + "/" + name + " " + section;
  }

  /** Whether nothing is said of any service. */
  boolean isEmpty() {
    return all.isEmpty();
  }

  /**
   * How a port is spoken to: as a policy says, or else a DestinationRule, or else the port itself.
   */
  Origination of(ServiceSpec service, ServiceSpec.Port port, DestinationRules rules) {
    Read whole = find(service, "");
    Read own = port.name().isEmpty() ? unnamed(service) : find(service, port.name());
    Read found = own == null ? whole : own;
    if (found != null) {
      boolean unclear = own != null && port.name().isEmpty() && service.ports().size() > 1;
      return unclear
          ? new Origination.Not(
              "BackendTLSPolicy %s names a port, and nobody tells us the ports' names"
                  .formatted(found.manifest().key()))
          : found.origination();
    }
    Origination ruled = rules.origination(service, port.number());
    if (ruled != null) {
      return ruled;
    }
    if (!port.isHttps()) {
      return new Origination.Clear();
    }
    EntryHost entry = service.entry();
    return Origination.certified(
        service.hostname(clusterDomain), entry == null ? List.of() : entry.certified());
  }

  private @Nullable Read find(ServiceSpec service, String section) {
    return byTarget.get(
        key(service.manifest().kind(), service.namespace(), service.name(), section));
  }

  /** A policy for some port of a service whose ports have no names here. */
  private @Nullable Read unnamed(ServiceSpec service) {
    String prefix = key(service.manifest().kind(), service.namespace(), service.name(), "");
    for (Map.Entry<String, Read> each : byTarget.entrySet()) {
      if (each.getKey().startsWith(prefix) && !each.getKey().equals(prefix)) {
        return each.getValue();
      }
    }
    return null;
  }

  /**
   * What a cluster would find in the status of each.
   *
   * @param served whether requests are sent to a service from here
   */
  List<PolicyVerdict> verdicts(Predicate<ServiceSpec> served) {
    return all.stream()
        .map(read ->
            new PolicyVerdict(
                "BackendTLSPolicy",
                read.manifest().namespace(),
                read.manifest().name(),
                read.manifest().position(),
                List.of(accepted(read), read.resolved()),
                read.targets().stream()
                    .anyMatch(target -> services(read, target).stream().anyMatch(served)),
                read.maps()))
        .toList();
  }

  private Condition accepted(Read read) {
    List<String> lost = new ArrayList<>();
    List<String> absent = new ArrayList<>();
    for (Target target : read.targets()) {
      Read winner = byTarget.get(key(read, target));
      if (winner != null && winner != read) {
        String why = winner.manifest().key() + " is for the same target and goes first";
        target.doc().warning(Code.ROUTE_CONFLICT, why);
        lost.add(target.doc().path() + ": " + why);
      } else if (!exists(read, target)) {
        String what = target.kind() + " " + read.manifest().namespace() + "/" + target.name();
        String port = target.section().isEmpty() ? "" : " has no port " + target.section();
        String why = what + (port.isEmpty() ? " does not exist" : port + ", or does not exist");
        target.doc().warning(Code.TARGET_NOT_FOUND, why);
        absent.add(target.doc().path() + ": " + why);
      }
    }
    int targets = read.targets().size();
    if (lost.size() == targets) {
      return Condition.no(Condition.ACCEPTED, Condition.CONFLICTED, String.join("; ", lost));
    }
    if (!read.anchored()) {
      return Condition.no(
          Condition.ACCEPTED,
          "NoValidCACertificate",
          "no CA certificate can be had: requests to the targets are answered 5xx");
    }
    if (read.origination() instanceof Origination.Not(var why)) {
      return Condition.no(Condition.ACCEPTED, "Invalid", why);
    }
    if (absent.size() + lost.size() == targets) {
      return Condition.no(Condition.ACCEPTED, "TargetNotFound", String.join("; ", absent));
    }
    lost.addAll(absent);
    return Condition.yes(
        Condition.ACCEPTED, "Accepted", lost.isEmpty() ? "accepted" : String.join("; ", lost));
  }

  private boolean exists(Read read, Target target) {
    return services(read, target).stream()
        .anyMatch(service ->
            target.section().isEmpty()
                || service.ports().stream()
                    .anyMatch(p -> p.name().equals(target.section()) || p.name().isEmpty()));
  }

  private List<ServiceSpec> services(Read read, Target target) {
    String namespace = read.manifest().namespace();
    if (!target.kind().equals("Service")) {
      return objects.entries(namespace, target.name());
    }
    ServiceSpec service = objects.service(namespace, target.name());
    return service == null ? List.of() : List.of(service);
  }
}
