// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.config.Problems;
import io.waypoint.discovery.Inventory;
import io.waypoint.discovery.Manifest;
import io.waypoint.discovery.verdict.PolicyVerdict;
import io.waypoint.discovery.verdict.RouteFacts;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.jwt.JwtRules;
import io.waypoint.rbac.jwt.RequestAuthentication;
import io.waypoint.routing.CallerRoutes;
import io.waypoint.routing.RouteTable;
import io.waypoint.routing.model.Route;
import io.waypoint.world.MeshService;
import io.waypoint.world.MeshSettings;
import io.waypoint.world.MeshWorkload;
import io.waypoint.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Objects to a world. The result depends on what the documents say, not on their order.
 *
 * <pre>
 *   documents ── ManifestReader ──► objects ─┬─ MeshReader ─────► settings
 *                                            ├─ Gateways, Bindings ► who is bound to whom
 *                                            ├─ BackendTlsPolicies ► TLS of each port
 *                                            ├─ WorkloadReader ─► workloads ─► Endpoints
 *                                            ├─ RouteReader ────► routes of each port
 *                                            └─ Policies, Authentications ► guards of each service
 *                                   all of it ── Destinations ──► world
 * </pre>
 *
 * <p>One translator serves one source of configuration, from one thread: it keeps what it compiled
 * for the world before.
 */
public final class Translator {
  private final Scope scope;
  private final LocalTable local;
  private final HostTable hosts;
  private final KeptManifests manifestsKept = new KeptManifests();
  private final ToldServices told = new ToldServices();
  private final KeptRoutes routesKept = new KeptRoutes();
  private final KeptServices servicesKept = new KeptServices();
  private final Map<PortKey, Compiled> ports = new HashMap<>();
  private final Memo<List<Route>, RouteTable> tables = new Memo<>();
  private final Memo<Policies.Attached, PolicySet> policySets = new Memo<>();
  private final Memo<List<RequestAuthentication>, JwtRules> tokenRules = new Memo<>();

  /** One that knows no addresses of hosts outside. */
  public Translator(Scope scope, LocalTable local) {
    this(scope, local, HostTable.SILENT);
  }

  public Translator(Scope scope, LocalTable local, HostTable hosts) {
    this.scope = scope;
    this.local = local;
    this.hosts = hosts;
  }

  /** Where hosts outside are: what changes there is to be translated again. */
  public HostTable hosts() {
    return hosts;
  }

  /** Whether objects of a kind have any effect. */
  public static boolean uses(String group, String kind) {
    return Kinds.isUsed(group, kind);
  }

  /**
   * Translates.
   *
   * @param docs all documents
   * @param problems those of the documents; the translation's are added
   * @param generation the number of the world that results
   */
  public Translation translate(List<Doc> docs, Problems problems, long generation) {
    return translate(docs, null, problems, generation);
  }

  /**
   * Translates objects beside services and workloads that somebody tells of.
   *
   * @param census null when services and workloads are those of the documents
   */
  public Translation translate(
      List<Doc> docs, @Nullable Census census, Problems problems, long generation) {
    try (HostTable.Look look = hosts.look()) {
      return translate(docs, census, look, problems, generation);
    }
  }

  private Translation translate(
      List<Doc> docs,
      @Nullable Census census,
      HostTable.Look look,
      Problems problems,
      long generation) {
    List<Manifest> manifests = ManifestReader.read(docs, manifestsKept);
    var objects = new Objects(manifests);
    MeshSettings mesh = MeshReader.read(objects, scope.rootNamespace());
    objects.add(EntryReader.read(objects, mesh.clusterDomain()), census == null);
    if (census != null) {
      objects.join(told, census.services(), problems);
    }
    var gateways = Gateways.read(objects, scope, problems);
    var bindings = new Bindings(objects, gateways);
    List<WorkloadSpec> workloads =
        census == null ? WorkloadReader.read(objects, mesh, local) : List.of();
    GatewaySpec ours = gateways.ours();
    var rules =
        new DestinationRules(
            objects,
            ours == null ? null : ours.name().namespace(),
            mesh.rootNamespace(),
            mesh.clusterDomain());
    var tls = new BackendTlsPolicies(objects, mesh.clusterDomain());
    var entries = new EntryEndpoints(look, mesh.trustDomain());
    var endpoints = new Endpoints(objects, workloads, rules, tls, entries);
    RouteReader.Routes routes =
        RouteReader.read(
            objects, new BackendReader(objects, endpoints, mesh.clusterDomain()), routesKept);
    Map<PortKey, CallerRoutes> compiled = HashMap.newHashMap(routes.byPort().size());
    tables.turn();
    policySets.turn();
    tokenRules.turn();
    routes.byPort().forEach((port, found) -> compiled.put(port, compiledOf(port, found)));
    ports.keySet().retainAll(compiled.keySet());
    var destinations =
        new Destinations(
            mesh,
            ours,
            bindings,
            endpoints,
            compiled,
            new VirtualServices(
                objects, ours == null ? null : ours.name().namespace(), mesh.clusterDomain()),
            protections(objects, bindings, mesh, ours),
            servicesKept);
    servicesKept.turn();
    List<MeshService> services = services(objects, destinations);
    List<MeshWorkload> known = new ArrayList<>();
    workloads.forEach(workload -> known.add(destinations.of(workload)));
    if (census != null) {
      census.workloads().forEach(workload -> known.add(destinations.of(workload)));
    }
    List<RouteFacts> facts = new ArrayList<>(routes.all().size());
    routes.all().forEach(route -> facts.add(route.facts(bindings, ours, routesKept)));
    var world = new World(generation, mesh, ours == null ? null : ours.name(), services, known);
    List<PolicyVerdict> policies =
        tls.isEmpty()
            ? List.of()
            : tls.verdicts(ServedBackends.of(objects, bindings, routes.byPort(), mesh)::has);
    return new Translation(world, new Inventory(manifests), problems.sorted(), facts, policies);
  }

  private CallerRoutes compiledOf(PortKey port, PortRoutes found) {
    Map<String, List<Route>> inForce = found.inForce();
    Compiled before = ports.get(port);
    if (before != null && before.isOf(inForce)) {
      return before.routes();
    }
    CallerRoutes routes = compile(inForce);
    ports.put(port, new Compiled(inForce, routes));
    return routes;
  }

  /** The routes of a port, and the very objects that they were compiled from. */
  private record Compiled(Map<String, List<Route>> from, CallerRoutes routes) {
    boolean isOf(Map<String, List<Route>> others) {
      if (!from.keySet().equals(others.keySet())) {
        return false;
      }
      for (Map.Entry<String, List<Route>> each : from.entrySet()) {
        if (!Identity.isSame(each.getValue(), others.getOrDefault(each.getKey(), List.of()))) {
          return false;
        }
      }
      return true;
    }
  }

  private CallerRoutes compile(Map<String, List<Route>> inForce) {
    Map<String, RouteTable> byCallers = new HashMap<>();
    inForce.forEach((who, list) -> byCallers.put(who, tables.get(list, RouteTable::compile)));
    RouteTable everybody = byCallers.remove(PortRoutes.EVERYBODY);
    return new CallerRoutes(everybody, byCallers);
  }

  private Protections protections(
      Objects objects, Bindings bindings, MeshSettings mesh, @Nullable GatewaySpec ours) {
    String root = mesh.rootNamespace();
    Set<String> classes = new HashSet<>(scope.gatewayClasses());
    if (ours != null && !ours.standsInFor().isEmpty()) {
      classes.add(ours.standsInFor());
    }
    var targets = new PolicyTargets(objects, bindings, root, classes);
    return new Protections(
        new Policies(objects, targets, mesh, policySets),
        new Authentications(objects, targets, tokenRules),
        root,
        Set.copyOf(classes));
  }

  private static List<MeshService> services(Objects objects, Destinations destinations) {
    var addresses = new VirtualAddresses(objects.services());
    List<MeshService> services = new ArrayList<>();
    Map<String, String> owners = new HashMap<>();
    for (ServiceSpec spec : objects.services()) {
      List<String> own =
          spec.entry() == null
              ? spec.addresses()
              : destinations.endpoints().unclaimed(spec.addresses());
      MeshService service = destinations.of(spec, addresses.of(spec, own));
      services.add(service);
      if (spec.known() != null) {
        continue;
      }
      for (String address : service.addresses()) {
        for (ServiceSpec.Port port : spec.ports()) {
          String other = owners.putIfAbsent(address + " " + port.number(), spec.key());
          if (other != null) {
            spec.manifest()
                .metadata()
                .field("name")
                .warning(
                    Code.SHARED_ADDRESS,
                    "%s has %s port %d already".formatted(other, address, port.number()));
          }
        }
      }
    }
    return services;
  }
}
