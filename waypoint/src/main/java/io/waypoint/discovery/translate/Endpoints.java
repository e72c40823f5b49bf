// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.balance.Locality;
import io.waypoint.routing.balance.LocalityRule;
import io.waypoint.routing.balance.TrafficPolicy;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.IpText;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which workloads stand behind each port of each service. */
final class Endpoints {
  private static final String SERVICE_NAME = "kubernetes.io/service-name";

  private final Map<String, List<WorkloadSpec>> byNamespace = new HashMap<>();
  private final Map<String, WorkloadSpec> byAddress = new HashMap<>();
  private final Map<String, List<Manifest>> slices = new HashMap<>();
  private final Map<String, Map<Integer, EndpointSet>> sets = new HashMap<>();
  private final Objects objects;
  private final DestinationRules rules;
  private final BackendTlsPolicies tls;
  private final EntryEndpoints entries;

  Endpoints(
      Objects objects,
      List<WorkloadSpec> workloads,
      DestinationRules rules,
      BackendTlsPolicies tls,
      EntryEndpoints entries) {
    this.entries = entries;
    this.objects = objects;
    this.rules = rules;
    this.tls = tls;
    for (WorkloadSpec workload : workloads) {
      byNamespace.computeIfAbsent(workload.namespace(), _ -> new ArrayList<>()).add(workload);
      workload.addresses().forEach(address -> byAddress.putIfAbsent(address, workload));
    }
    for (Manifest slice : objects.of("EndpointSlice")) {
      String service = slice.label(SERVICE_NAME).text("");
      slices.computeIfAbsent(slice.namespace() + "/" + service, _ -> new ArrayList<>()).add(slice);
    }
    for (ServiceSpec service : objects.services()) {
      if (service.known() != null) {
        continue;
      }
      Map<Integer, EndpointSet> ports = new LinkedHashMap<>();
      service.ports().forEach(port -> ports.put(port.number(), set(service, port)));
      sets.put(service.key(), ports);
    }
  }

  /** The endpoints of a service's port, or null when it has no such port. */
  @Nullable EndpointSet of(ServiceSpec service, int port) {
    KnownService known = service.known();
    if (known != null) {
      for (KnownService.Port told : known.ports()) {
        if (told.number() == port) {
          TrafficPolicy policy = preferring(rules.of(service, port), told.endpoints().policy());
          EndpointSet set = told.endpoints().with(policy);
          List<Endpoint> found = entries.resolved(set.endpoints(), service.manifest());
          return origination(service, port).apply(found == set.endpoints() ? set : set.with(found));
        }
      }
      return null;
    }
    return sets.getOrDefault(service.key(), Map.of()).get(port);
  }

  /** Whether neither a traffic policy nor TLS is said of any service. */
  boolean haveNoRules() {
    return rules.isEmpty() && tls.isEmpty();
  }

  /** Whether both know the same of hosts that are known by name. */
  boolean lookAs(Endpoints other) {
    return entries.version() == other.entries.version();
  }

  /** The addresses of a ServiceEntry that are no workload's own. */
  List<String> unclaimed(List<String> addresses) {
    return addresses.stream().filter(address -> !byAddress.containsKey(address)).toList();
  }

  /** How a port is spoken to; in clear when there is no such port. */
  Origination origination(ServiceSpec service, int port) {
    ServiceSpec.Port found = service.port(port);
    return found == null ? new Origination.Clear() : tls.of(service, found, rules);
  }

  private EndpointSet set(ServiceSpec service, ServiceSpec.Port port) {
    List<Manifest> written = slices.get(service.key());
    EntryHost entry = service.entry();
    List<Endpoint> endpoints =
        entry != null
            ? outside(service, entry, port)
            : written == null ? selected(service, port) : sliced(written, port.name());
    boolean http2 = port.protocol() == AppProtocol.HTTP2 || port.protocol() == AppProtocol.GRPC;
    var set =
        new EndpointSet(
            service.name(),
            service.namespace(),
            port.number(),
            http2,
            List.copyOf(endpoints),
            policy(service, port.number()));
    return tls.of(service, port, rules).apply(set);
  }

  /** What a DestinationRule says of places holds before what the Service says. */
  private TrafficPolicy policy(ServiceSpec service, int port) {
    TrafficPolicy policy = rules.of(service, port);
    LocalityRule preferred =
        policy.locality() == LocalityRule.ANYWHERE
            ? LocalityReader.preferred(service, objects)
            : null;
    return preferred == null ? policy : policy.with(preferred);
  }

  private List<Endpoint> outside(ServiceSpec service, EntryHost entry, ServiceSpec.Port port) {
    List<Endpoint> endpoints = new ArrayList<>(entries.of(service, entry, port));
    endpoints.addAll(selected(service, port));
    return endpoints;
  }

  /** The same of a service that somebody has told of, who knows which places it prefers. */
  private static TrafficPolicy preferring(TrafficPolicy policy, TrafficPolicy told) {
    if (policy == TrafficPolicy.DEFAULT) {
      return told;
    }
    return policy.locality() == LocalityRule.ANYWHERE ? policy.with(told.locality()) : policy;
  }

  private List<Endpoint> selected(ServiceSpec service, ServiceSpec.Port port) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (WorkloadSpec workload : byNamespace.getOrDefault(service.namespace(), List.of())) {
      boolean itself = workload.manifest().equals(service.manifest());
      if (itself || service.selects(workload.labels())) {
        InetSocketAddress target = workload.target(port);
        if (target == null) {
          continue;
        }
        Endpoint endpoint = endpoint(workload, target, workload.ready());
        endpoints.addAll(entries.resolved(List.of(endpoint), workload.manifest()));
      }
    }
    return endpoints;
  }

  /** Ports of a slice are told apart by the service port's name, as in Kubernetes. */
  private List<Endpoint> sliced(List<Manifest> written, String portName) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (Manifest slice : written) {
      int port = 0;
      for (Doc doc : slice.doc().field("ports").list()) {
        if (doc.field("name").text("").equals(portName)) {
          port = doc.field("port").integer(1, 65535, 0);
        }
      }
      if (port > 0) {
        for (Doc doc : slice.doc().field("endpoints").list()) {
          addSliced(endpoints, slice, doc, port);
        }
      }
    }
    return endpoints;
  }

  private void addSliced(List<Endpoint> endpoints, Manifest slice, Doc doc, int port) {
    boolean ready = doc.field("conditions").field("ready").flag(true);
    for (Doc addressDoc : doc.field("addresses").list()) {
      String address = IpText.canonical(addressDoc.text(""));
      if (address == null) {
        addressDoc.error(Code.BAD_VALUE, "\"" + addressDoc.raw() + "\" is not an address");
        continue;
      }
      var target = new InetSocketAddress(address, port);
      WorkloadSpec workload = byAddress.get(address);
      String pod = doc.field("targetRef").field("name").text(slice.name());
      Locality place = place(doc, workload);
      endpoints.add(
          workload == null
              ? new Endpoint(target, null, slice.namespace() + "/" + pod, ready, place)
              : endpoint(workload, workload.app() == null ? target : workload.app(), ready, place));
    }
  }

  /** A slice knows zone and node; the pod's labels may know more. */
  private static Locality place(Doc doc, @Nullable WorkloadSpec workload) {
    Locality known = workload == null ? Locality.UNKNOWN : workload.locality();
    return new Locality(
        known.region(),
        doc.field("zone").text(known.zone()),
        known.subzone(),
        doc.field("nodeName").text(known.node()));
  }

  static Endpoint endpoint(WorkloadSpec workload, InetSocketAddress target, boolean ready) {
    return endpoint(workload, target, ready, workload.locality());
  }

  private static Endpoint endpoint(
      WorkloadSpec workload, InetSocketAddress target, boolean ready, Locality locality) {
    InetSocketAddress hbone = workload.hbone();
    String identity = workload.workload().identity().uri();
    return new Endpoint(
        target,
        hbone == null ? null : new Endpoint.Tunnel(hbone, identity),
        workload.workload().key(),
        ready,
        locality);
  }
}
