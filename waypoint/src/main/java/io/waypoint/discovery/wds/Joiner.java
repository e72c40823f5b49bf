// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.wds;

import io.waypoint.discovery.translate.Census;
import io.waypoint.discovery.translate.KnownService;
import io.waypoint.discovery.translate.KnownWorkload;
import io.waypoint.world.GatewayName;
import io.waypoint.world.IpText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Services and the workloads behind them. Joins again only what a change concerns; all else stays
 * the same object, by which the translation knows that it need not look at it. Used by one thread.
 */
final class Joiner implements Ledger.Changes {
  private static final int HBONE = 15008;

  private final WdsSettings settings;
  private final Map<String, Told.Service> services = new HashMap<>();
  private final Map<String, Told.Workload> workloads = new HashMap<>();
  private final Map<String, Map<String, Told.Workload>> behind = new HashMap<>();
  private final Map<String, Told.Service> byAddress = new HashMap<>();
  private final Map<String, Dependents> byFront = new HashMap<>();
  private final Map<String, KnownService> joinedServices = new TreeMap<>();
  private final Map<String, KnownWorkload> joinedWorkloads = new TreeMap<>();
  private final Set<String> staleServices = new HashSet<>();
  private final Set<String> staleWorkloads = new HashSet<>();
  private Told.Place here = Told.Place.NOWHERE;
  private @Nullable Census last;

  /** Who names a waypoint by its address, so that it matters which service has that. */
  private static final class Dependents {
    private final Set<String> services = new HashSet<>();
    private final Set<String> workloads = new HashSet<>();
  }

  Joiner(WdsSettings settings) {
    this.settings = settings;
  }

  @Override
  public void changed(@Nullable Told before, @Nullable Told after) {
    switch (before) {
      case Told.Service service -> {
        services.remove(service.key());
        service.aliases().forEach(alias -> byAddress.remove(alias, service));
        stale(service);
      }
      case Told.Workload workload -> {
        workloads.remove(workload.uid());
        workload.services().keySet().forEach(key -> leave(key, workload));
        staleWorkloads.add(workload.uid());
      }
      case null -> {}
    }
    switch (after) {
      case Told.Service service -> {
        services.put(service.key(), service);
        for (String front : service.waypoints()) {
          Dependents dependents = dependents(front);
          if (dependents != null) {
            dependents.services.add(service.key());
          }
        }
        service.aliases().forEach(alias -> byAddress.put(alias, service));
        stale(service);
      }
      case Told.Workload workload -> {
        workloads.put(workload.uid(), workload);
        String front = workload.waypoint();
        Dependents dependents = front == null ? null : dependents(front);
        if (dependents != null) {
          dependents.workloads.add(workload.uid());
        }
        workload.services().keySet().forEach(key -> join(key, workload));
        staleWorkloads.add(workload.uid());
      }
      case null -> {}
    }
  }

  private void stale(Told.Service service) {
    staleServices.add(service.key());
    for (String alias : service.aliases()) {
      Dependents dependents = byFront.get(alias);
      if (dependents != null) {
        staleServices.addAll(dependents.services);
        staleWorkloads.addAll(dependents.workloads);
      }
    }
  }

  /** Null for a waypoint that is known by its name, which depends on nothing. */
  private @Nullable Dependents dependents(String front) {
    boolean address = IpText.canonical(front.substring(front.indexOf('/') + 1)) != null;
    return address ? byFront.computeIfAbsent(front, _ -> new Dependents()) : null;
  }

  private void join(String service, Told.Workload workload) {
    behind.computeIfAbsent(service, _ -> new TreeMap<>()).put(workload.uid(), workload);
    staleServices.add(service);
  }

  private void leave(String service, Told.Workload workload) {
    Map<String, Told.Workload> others = behind.get(service);
    if (others != null && others.remove(workload.uid()) != null && others.isEmpty()) {
      behind.remove(service);
    }
    staleServices.add(service);
  }

  /** Everything as it is now; the same object as before when nothing is another. */
  Census census() {
    Census before = last;
    if (before != null && staleServices.isEmpty() && staleWorkloads.isEmpty()) {
      return before;
    }
    joinStale();
    Census now =
        new Census(
            new ArrayList<>(joinedServices.values()), new ArrayList<>(joinedWorkloads.values()));
    last = now;
    return now;
  }

  private void joinStale() {
    Told.Place before = here;
    here = ownPlace();
    if (!before.equals(here)) {
      services.values().stream()
          .filter(service -> !service.preference().isEmpty())
          .forEach(service -> staleServices.add(service.key()));
    }
    for (String key : staleServices) {
      Told.Service service = services.get(key);
      if (service == null) {
        joinedServices.remove(key);
      } else {
        joinedServices.put(key, joined(service));
      }
    }
    for (String uid : staleWorkloads) {
      Told.Workload workload = workloads.get(uid);
      if (workload == null) {
        joinedWorkloads.remove(uid);
      } else {
        joinedWorkloads.put(uid, joined(workload));
      }
    }
    staleServices.clear();
    staleWorkloads.clear();
  }

  /** Where this pod runs, as istiod knows it. */
  private Told.Place ownPlace() {
    WdsSettings.Pod pod = settings.pod();
    String own = settings.gateway().namespace() + "/" + settings.hostname();
    for (Told.Workload workload : behind.getOrDefault(own, Map.of()).values()) {
      if (workload.who().name().equals(pod.name())
          && workload.who().namespace().equals(pod.namespace())) {
        return workload.place();
      }
    }
    return new Told.Place(settings.network(), "", "", "", pod.node(), "");
  }

  private KnownService joined(Told.Service service) {
    return Endpoints.of(
        service,
        behind.getOrDefault(service.key(), Map.of()).values(),
        here,
        settings,
        fronts(service.waypoints()));
  }

  private KnownWorkload joined(Told.Workload workload) {
    List<String> addresses =
        workload.addresses().stream().filter(each -> isAllowed(workload, each)).toList();
    InetSocketAddress hbone =
        workload.tunnelled() && !addresses.isEmpty()
            ? new InetSocketAddress(addresses.getFirst(), HBONE)
            : null;
    String waypoint = workload.waypoint();
    boolean near = workload.place().network().equals(settings.network());
    return new KnownWorkload(
        workload.who(),
        workload.own() && near ? addresses : List.of(),
        hbone,
        workload.ready(),
        waypoint == null ? null : front(waypoint));
  }

  private static boolean isAllowed(Told.Workload workload, String text) {
    InetAddress address = IpText.parse(text);
    return address != null && Endpoints.isAllowed(workload, address);
  }

  private List<GatewayName> fronts(List<String> waypoints) {
    return waypoints.stream().map(this::front).toList();
  }

  /** A waypoint is known by its Service, which has its Gateway's name unless it is ours. */
  private GatewayName front(String waypoint) {
    int slash = waypoint.indexOf('/');
    String namespace = waypoint.substring(0, slash);
    String hostname = waypoint.substring(slash + 1);
    Told.Service addressed = byAddress.get(waypoint);
    if (addressed != null) {
      namespace = addressed.namespace();
      hostname = addressed.hostname();
    }
    GatewayName ours = settings.gateway();
    if (namespace.equals(ours.namespace()) && hostname.equals(settings.hostname())) {
      return ours;
    }
    boolean literal = addressed == null && IpText.canonical(hostname) != null;
    int dot = literal ? -1 : hostname.indexOf('.');
    var found = new GatewayName(namespace, dot < 0 ? hostname : hostname.substring(0, dot));
    // Somebody else's Service must not pass for ours because its name begins like ours.
    return found.equals(ours) ? new GatewayName(namespace, hostname) : found;
  }
}
