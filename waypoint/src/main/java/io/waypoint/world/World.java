// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import io.waypoint.rbac.Cidr;
import io.waypoint.rbac.IpAddress;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.routing.balance.EndpointSet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything the data path knows, at one moment. It never changes what it answers: a change of
 * configuration is another world, and a request keeps the one it began with.
 */
public final class World {
  /** How many names a service has, as a rule: three by which it is called, and an address. */
  private static final int NAMES = 4;

  /** Callers choose the addresses: beyond so many, answers are made for each request. */
  private static final int MOST_DIALLED = 1_000;

  private final long generation;
  private final MeshSettings mesh;
  private final @Nullable GatewayName gateway;
  private final List<MeshService> services;
  private final List<MeshWorkload> workloads;
  private final Map<String, Answers> hosts;
  private final Map<String, MeshService> byName;
  private final Map<String, MeshWorkload> byKey = new HashMap<>();
  private final List<Ranged> ranges = new ArrayList<>();

  /**
   * What was answered for addresses in ranges, so that a connection's requests need not ask again.
   */
  private final Map<String, Answers> dialled = new ConcurrentHashMap<>();

  private final Sources sources;

  /**
   * @param generation counts the worlds of a process
   * @param gateway which waypoint this process is, or null when the configuration names none
   */
  public World(
      long generation,
      MeshSettings mesh,
      @Nullable GatewayName gateway,
      List<MeshService> services,
      List<MeshWorkload> workloads) {
    this.generation = generation;
    this.mesh = mesh;
    this.gateway = gateway;
    this.services = List.copyOf(services);
    this.workloads = List.copyOf(workloads);
    this.sources = new Sources(workloads);
    this.hosts = HashMap.newHashMap(NAMES * services.size() + workloads.size());
    this.byName = HashMap.newHashMap(NAMES * services.size());
    this.services.forEach(this::index);
    ranges.sort(Comparator.comparingInt((Ranged each) -> each.range().prefix()).reversed());
    this.workloads.forEach(this::index);
  }

  /**
   * What a CONNECT authority means. Names may be written {@code name} (in our Gateway's namespace),
   * {@code name.ns}, {@code name.ns.svc} or in full. A host in canonical spelling is found without
   * allocation.
   */
  public Lookup find(String host, int port) {
    Answers known = hosts.get(host);
    if (known == null && !ranges.isEmpty()) {
      known = dialled.get(host);
    }
    if (known == null) {
      known = hosts.get(canonical(host));
    }
    if (known == null && !ranges.isEmpty()) {
      known = inRange(host);
    }
    return known == null ? Lookup.UNKNOWN : known.at(port);
  }

  /** An address that nobody has for its own belongs to the narrowest range around it. */
  private @Nullable Answers inRange(String host) {
    InetAddress address = IpText.parse(bare(host));
    if (address == null || OffLimits.why(address) != null || address.isLoopbackAddress()) {
      return null;
    }
    MeshService service = ranged(address);
    if (service == null) {
      return null;
    }
    Answers made = Answers.of(service, address.getHostAddress());
    if (dialled.size() < MOST_DIALLED) {
      dialled.putIfAbsent(host, made);
    }
    return made;
  }

  private @Nullable MeshService ranged(InetAddress address) {
    IpAddress number = IpAddress.of(address);
    for (Ranged each : ranges) {
      if (each.range().contains(number)) {
        return each.service();
      }
    }
    return null;
  }

  /** A range of addresses, and whose it is. */
  private record Ranged(Cidr range, MeshService service) {}

  /**
   * The service that a client in a namespace means by a name or virtual address, bound to whichever
   * waypoint; null when there is none.
   */
  public @Nullable MeshService service(String host, String clientNamespace) {
    String name = canonical(host);
    MeshService sibling = byName.get(name + "." + clientNamespace);
    MeshService known = sibling != null ? sibling : byName.get(name);
    InetAddress address = known == null && !ranges.isEmpty() ? IpText.parse(name) : null;
    return address == null ? known : ranged(address);
  }

  /**
   * A backend of an earlier world as it is in this one; itself when it is no port of a service, or
   * of none that is still here.
   */
  public EndpointSet later(EndpointSet backend, World earlier) {
    EndpointSet now = backend.equals(earlier.named(backend)) ? named(backend) : null;
    return now == null ? backend : now;
  }

  /** That of a service's port which has the same names; null when there is none. */
  private @Nullable EndpointSet named(EndpointSet backend) {
    MeshService inside = byName.get(backend.service() + "." + backend.namespace());
    MeshService service = inside == null ? byName.get(backend.service()) : inside;
    if (service == null
        || !service.name().equals(backend.service())
        || !service.namespace().equals(backend.namespace())) {
      return null;
    }
    Destination port = service.port(backend.port());
    return port == null ? null : port.endpoints();
  }

  /** A workload by {@code namespace/name}. */
  public @Nullable Workload workload(String key) {
    MeshWorkload found = byKey.get(key);
    return found == null ? null : found.workload();
  }

  /** Who a caller is; one that nothing is known about is named after its identity. */
  public Workload source(SpiffeId identity, @Nullable InetAddress address) {
    return sources.find(identity, address, mesh.cluster());
  }

  public long generation() {
    return generation;
  }

  public MeshSettings mesh() {
    return mesh;
  }

  public @Nullable GatewayName gateway() {
    return gateway;
  }

  /** All services, by namespace and name. */
  public List<MeshService> services() {
    return services;
  }

  /** All workloads, by namespace and name. */
  public List<MeshWorkload> workloads() {
    return workloads;
  }

  private void index(MeshService service) {
    var answers = Answers.of(service);
    String name = service.name();
    String hostname = service.hostname();
    String inNamespace = name + "." + service.namespace();
    MeshService other = byName.get(hostname);
    if (other == null || !(other.binding() instanceof Binding.Ours)) {
      byName.put(hostname, service);
      hosts.put(hostname, answers);
    }
    // What is not named after its Service is a name of the world outside, and known by it alone.
    String inFamily = inNamespace + ".svc";
    if (hostname.equals(inFamily + "." + mesh.clusterDomain())) {
      byName.put(inNamespace, service);
      hosts.put(inNamespace, answers);
      byName.put(inFamily, service);
      hosts.put(inFamily, answers);
      if (gateway != null && gateway.namespace().equals(service.namespace())) {
        hosts.put(name, answers);
      }
    }
    for (String address : service.addresses()) {
      byName.putIfAbsent(address, service);
      hosts.merge(address, Answers.of(service, address), Answers::and);
    }
    service.ranges().forEach(range -> ranges.add(new Ranged(range, service)));
  }

  private void index(MeshWorkload workload) {
    byKey.putIfAbsent(workload.workload().key(), workload);
    for (String address : workload.addresses()) {
      hosts.merge(address, Answers.of(workload, address), Answers::and);
    }
  }

  private static String canonical(String host) {
    String bare = bare(host);
    String address = IpText.canonical(bare);
    if (address != null) {
      return address;
    }
    String lower = bare.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  private static String bare(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }
}
