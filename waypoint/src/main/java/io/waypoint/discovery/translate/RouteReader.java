// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.config.Problem;
import io.waypoint.discovery.Manifest;
import io.waypoint.routing.model.Match;
import io.waypoint.routing.model.Origin;
import io.waypoint.routing.model.Route;
import io.waypoint.routing.model.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads HTTPRoutes and GRPCRoutes and hands each to the service ports that it is for. */
final class RouteReader {
  private static final int MOST_HOSTNAMES = 16;
  private static final int MOST_RULES = 16;
  private static final int MOST_MATCHES_IN_ALL = 128;
  private static final Pattern HOSTNAME =
      Pattern.compile("(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  private final Objects objects;
  private final BackendReader backends;
  private final KeptRoutes kept;
  private final Map<PortKey, PortRoutes> byPort = new HashMap<>();
  private final List<AttachedRoute> all = new ArrayList<>();

  private RouteReader(Objects objects, BackendReader backends, KeptRoutes kept) {
    this.objects = objects;
    this.backends = backends;
    this.kept = kept;
  }

  /**
   * What routes there are.
   *
   * @param byPort a port without route has no entry
   */
  record Routes(Map<PortKey, PortRoutes> byPort, List<AttachedRoute> all) {}

  static Routes read(Objects objects, BackendReader backends, KeptRoutes kept) {
    kept.turn(backends);
    var reader = new RouteReader(objects, backends, kept);
    for (String kind : Kinds.ROUTES) {
      objects.of(kind).forEach(reader::route);
    }
    if (!objects.of(Kinds.GRPC_ROUTE).isEmpty()) {
      reader.all.forEach(route -> route.settle(reader.byPort));
    }
    return new Routes(reader.byPort, reader.all);
  }

  private void route(Manifest manifest) {
    ReadRoute read = kept.get(manifest, objects, backends, () -> read(manifest));
    for (ReadRoute.Parent parent : read.parents()) {
      for (ReadRoute.Place place : parent.places()) {
        byPort
            .computeIfAbsent(place.port(), _ -> new PortRoutes())
            .add(place.callers(), manifest, read.route());
      }
    }
    all.add(new AttachedRoute(read));
  }

  private ReadRoute read(Manifest manifest) {
    List<ReadRoute.Parent> parents = new ArrayList<>();
    @Nullable Route[] route = new Route[1];
    List<Problem> problems =
        manifest
            .doc()
            .problemsOf(() -> {
              Doc spec =
                  manifest.spec().only("parentRefs", "hostnames", "rules", "useDefaultGateways");
              hostnames(spec.field("hostnames"));
              List<ParentRef> refs = ParentRef.read(manifest);
              route[0] = route(manifest, spec.field("rules"));
              refs.forEach(ref -> parents.add(parent(manifest, ref)));
            });
    return new ReadRoute(manifest, route[0], List.copyOf(parents), problems);
  }

  private ReadRoute.Parent parent(Manifest manifest, ParentRef ref) {
    List<ServiceSpec> services = ref.services(objects);
    List<ReadRoute.Place> places = new ArrayList<>();
    for (ServiceSpec service : services) {
      String callers =
          service.namespace().equals(manifest.namespace())
              ? PortRoutes.EVERYBODY
              : manifest.namespace();
      for (ServiceSpec.Port port : ref.ports(service)) {
        places.add(new ReadRoute.Place(new PortKey(service.key(), port.number()), callers));
      }
    }
    return new ReadRoute.Parent(ref, services, List.copyOf(places));
  }

  private static void hostnames(Doc list) {
    List<Doc> hostnames = list.list(MOST_HOSTNAMES);
    for (Doc doc : hostnames) {
      String name = doc.required();
      if (!name.isEmpty() && (name.length() > 253 || !HOSTNAME.matcher(name).matches())) {
        doc.error(Code.BAD_VALUE, "\"" + name + "\" is not a host name");
      }
    }
    if (!hostnames.isEmpty()) {
      list.warning(
          Code.HOSTNAMES_IGNORED, "hostnames have no effect on a route whose parent is a Service");
    }
  }

  /** Null when none of its rules can match: its ports then answer 404 rather than pass all. */
  private @Nullable Route route(Manifest manifest, Doc list) {
    var origin =
        new Origin(manifest.kind(), manifest.namespace(), manifest.name(), manifest.position());
    var reader = new RuleReader(manifest, backends);
    List<Doc> docs = list.list(MOST_RULES);
    if (docs.isEmpty()) {
      backends.read(manifest, list, 0);
      boolean calls = manifest.kind().equals(Kinds.GRPC_ROUTE);
      List<Match> matches = calls ? List.of(Match.ANY_CALL) : List.of();
      Rule everything = new Rule(null, matches, List.of(), List.of());
      return new Route(origin, manifest.created(), List.of(everything));
    }
    List<Rule> rules = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int matches = 0;
    for (Doc doc : docs) {
      Rule rule = reader.read(doc, name(doc.field("name"), names));
      matches += rule == null ? 0 : rule.matches().size();
      if (rule != null && rules.size() < MOST_RULES && matches <= MOST_MATCHES_IN_ALL) {
        rules.add(rule);
      }
    }
    if (matches > MOST_MATCHES_IN_ALL) {
      list.error(
          Code.LIMIT,
          "the rules have " + matches + " matches, the limit is " + MOST_MATCHES_IN_ALL);
    }
    return rules.isEmpty() ? null : new Route(origin, manifest.created(), rules);
  }

  private static @Nullable String name(Doc doc, Set<String> taken) {
    String name = doc.text();
    if (name != null && (!Names.isSubdomain(name) || !taken.add(name))) {
      String why = Names.isSubdomain(name) ? "is taken by another rule" : "is not a rule's name";
      doc.error(Code.BAD_VALUE, "\"" + name + "\" " + why);
      return null;
    }
    return name;
  }
}
