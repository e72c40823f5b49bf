// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.Match;
import io.waypoint.routing.model.Origin;
import io.waypoint.routing.model.Route;
import io.waypoint.routing.model.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads HTTPRoutes and hands each to the service ports that it is for. */
final class RouteReader {
  private static final int MOST_HOSTNAMES = 16;
  private static final int MOST_RULES = 16;
  private static final int MOST_MATCHES = 64;
  private static final int MOST_MATCHES_IN_ALL = 128;

  private final Objects objects;
  private final BackendReader backends;
  private final Map<String, List<Route>> byPort = new HashMap<>();

  private RouteReader(Objects objects, Endpoints endpoints) {
    this.objects = objects;
    this.backends = new BackendReader(objects, endpoints);
  }

  /** The routes of each service port, by {@link #key}; a port without route has no entry. */
  static Map<String, List<Route>> read(Objects objects, Endpoints endpoints) {
    var reader = new RouteReader(objects, endpoints);
    objects.of("HTTPRoute").forEach(reader::route);
    return reader.byPort;
  }

  static String key(ServiceSpec service, int port) {
    return service.key() + ":" + port;
  }

  private void route(Manifest manifest) {
    Doc spec = manifest.spec().only("parentRefs", "hostnames", "rules", "useDefaultGateways");
    if (!spec.field("hostnames").list(MOST_HOSTNAMES).isEmpty()) {
      spec.field("hostnames")
          .warning(
              Code.HOSTNAMES_IGNORED,
              "hostnames have no effect on a route whose parent is a Service");
    }
    Set<String> keys = new LinkedHashSet<>();
    for (ParentRef parent : ParentRef.read(manifest)) {
      ServiceSpec service = parent.service(objects, manifest);
      if (service != null) {
        parent.ports(service).forEach(port -> keys.add(key(service, port.number())));
      }
    }
    Route route = route(manifest, spec.field("rules"));
    for (String key : keys) {
      List<Route> routes = byPort.computeIfAbsent(key, _ -> new ArrayList<>());
      if (route != null) {
        routes.add(route);
      }
    }
  }

  /** Null when none of its rules can match: its ports then answer 404 rather than pass all. */
  private @Nullable Route route(Manifest manifest, Doc list) {
    var origin =
        new Origin(manifest.kind(), manifest.namespace(), manifest.name(), manifest.position());
    List<Doc> docs = list.list(MOST_RULES);
    if (docs.isEmpty()) {
      backends.read(manifest, list, 0);
    }
    List<Rule> rules = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int matches = 0;
    for (Doc doc : docs) {
      String name = doc.field("name").text();
      if (name != null && (!Names.isSubdomain(name) || !names.add(name))) {
        String why = Names.isSubdomain(name) ? "is taken by another rule" : "is not a rule's name";
        doc.field("name").error(Code.BAD_VALUE, "\"" + name + "\" " + why);
        name = null;
      }
      Rule rule = rule(manifest, doc, name, Integer.parseInt(doc.name()));
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
    return rules.isEmpty() && !docs.isEmpty() ? null : new Route(origin, manifest.created(), rules);
  }

  /** Null when the rule matches nothing. */
  private @Nullable Rule rule(Manifest manifest, Doc doc, @Nullable String name, int index) {
    doc.only(
        "name", "matches", "filters", "backendRefs", "timeouts", "retry", "sessionPersistence");
    for (String later : List.of("timeouts", "retry", "sessionPersistence")) {
      if (doc.has(later)) {
        Doc field = doc.field(later);
        field.warning(Code.NOT_SUPPORTED, field.path() + " has no effect in this version");
      }
    }
    List<Doc> matchDocs = doc.field("matches").list(MOST_MATCHES);
    List<Match> matches = new ArrayList<>();
    for (Doc match : matchDocs) {
      Match read = MatchReader.read(match);
      if (read != null && matches.size() < MOST_MATCHES) {
        matches.add(read);
      }
    }
    var filters = FilterReader.read(manifest, doc.field("filters"), backends);
    FilterReader.checkPrefixes(doc.field("filters"), matches);
    Doc backendList = doc.field("backendRefs");
    backendList
        .list()
        .forEach(backend -> FilterReader.checkPrefixes(backend.field("filters"), matches));
    boolean redirects = FilterReader.redirects(doc.field("filters"));
    if (redirects && !backendList.list().isEmpty()) {
      doc.error(Code.CONTRADICTION, "a rule with RequestRedirect has no backendRefs");
    }
    List<Backend> read = redirects ? List.of() : backends.read(manifest, backendList, index);
    if (matches.isEmpty() && !matchDocs.isEmpty()) {
      return null;
    }
    String obstacle = filters.obstacle();
    return obstacle != null
        ? Rule.broken(name, matches, obstacle)
        : new Rule(name, matches, filters.filters(), read);
  }
}
