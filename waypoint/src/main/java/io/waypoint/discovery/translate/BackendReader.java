// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads references to services that serve a rule's requests. */
final class BackendReader implements KeptRoutes.Backends {
  private static final int MOST = 16;
  private static final int HEAVIEST = 1_000_000;
  private static final KeptRoutes.Answer NOTHING = new KeptRoutes.Answer(false, null, null, null);
  private static final String HOST = "Hostname";

  private final Objects objects;
  private final Endpoints endpoints;
  private final Extensions extensions;
  private final String clusterDomain;
  private @Nullable Map<String, List<ServiceSpec>> byHost;
  private @Nullable Map<KeptRoutes.Question, KeptRoutes.Answer> notes;

  BackendReader(Objects objects, Endpoints endpoints, String clusterDomain) {
    this.objects = objects;
    this.endpoints = endpoints;
    this.extensions = new Extensions(objects);
    this.clusterDomain = clusterDomain;
  }

  List<Backend> read(Manifest route, Doc list, int rule) {
    List<Backend> backends = new ArrayList<>();
    for (Doc doc : list.list(MOST)) {
      if (backends.size() < MOST) {
        backends.add(backend(route, doc, rule));
      }
    }
    if (backends.stream().allMatch(backend -> backend.weight() == 0)) {
      list.warning(
          Code.NO_BACKENDS,
          backends.isEmpty()
              ? "rule %d has no backendRefs: its requests are answered 500".formatted(rule)
              : "all weights of rule %d are 0: its requests are answered 500".formatted(rule));
    }
    return backends;
  }

  private Backend backend(Manifest route, Doc doc, int rule) {
    doc.only("group", "kind", "namespace", "name", "port", "weight", "filters");
    String name = doc.field("name").required();
    String namespace = doc.field("namespace").text(route.namespace());
    int weight = doc.field("weight").integer(0, HEAVIEST, Backend.DEFAULT_WEIGHT);
    String group = doc.field("group").text("");
    String kind = doc.field("kind").text("Service");
    if (!isHost(group, kind) && !isService(group, kind)) {
      return broken(
          doc,
          Backend.broken(name, namespace, weight, "kind " + kind + " is not supported"),
          Code.BACKEND_UNSUPPORTED,
          "backend %s %s/%s is not a Service".formatted(kind, namespace, name),
          rule);
    }
    int port = ServiceReader.port(doc.field("port"));
    var filters = FilterReader.read(route, doc.field("filters"), this);
    String object = isHost(group, kind) ? name : namespace + "/" + name;
    KeptRoutes.Answer found = ask(kind, namespace, name, port);
    if (!found.exists()) {
      return broken(
          doc.field("name"),
          Backend.broken(name, namespace, weight, kind + " " + object + " does not exist"),
          Code.BACKEND_NOT_FOUND,
          "backend %s does not exist".formatted(object),
          rule);
    }
    EndpointSet set = found.endpoints();
    if (set == null) {
      return broken(
          doc.field("port"),
          Backend.broken(name, namespace, weight, kind + " " + object + " has no port " + port),
          Code.BACKEND_NOT_FOUND,
          "backend %s has no port %d".formatted(object, port),
          rule);
    }
    KeptRoutes.Obstacle hurdle = found.obstacle();
    if (hurdle != null) {
      return broken(
          doc.field("port"),
          Backend.broken(name, namespace, weight, hurdle.reason()),
          hurdle.code(),
          hurdle.reason(),
          rule);
    }
    String obstacle = filters.obstacle();
    return obstacle != null
        ? Backend.broken(name, namespace, weight, obstacle)
        : new Backend(name, namespace, port, weight, new Target.Resolved(set), filters.filters());
  }

  /** Where a mirror's copies go; a reference that leads nowhere costs the copies only. */
  Backend mirror(Manifest route, Doc doc) {
    return single(route, doc, "; copies of requests are not sent");
  }

  /** Whom a filter asks. */
  Backend authorizer(Manifest route, Doc doc) {
    return single(route, doc, "; nobody can be asked");
  }

  private Backend single(Manifest route, Doc doc, String consequence) {
    doc.only("group", "kind", "namespace", "name", "port");
    String name = doc.field("name").required();
    String namespace = doc.field("namespace").text(route.namespace());
    String kind = doc.field("kind").text("Service");
    int port = ServiceReader.port(doc.field("port"));
    String group = doc.field("group").text("");
    boolean isService = isService(group, kind) || isHost(group, kind);
    KeptRoutes.Answer found = isService ? ask(kind, namespace, name, port) : NOTHING;
    EndpointSet set = found.endpoints();
    if (set != null && found.obstacle() == null) {
      return new Backend(name, namespace, port, 1, new Target.Resolved(set), List.of());
    }
    String why =
        found.obstacle() == null
            ? "there is no %s %s/%s with port %d".formatted(kind, namespace, name, port)
            : found.obstacle().reason();
    doc.warning(isService ? Code.BACKEND_NOT_FOUND : Code.BACKEND_UNSUPPORTED, why + consequence);
    return Backend.broken(name, namespace, 1, why);
  }

  /** What an ExtensionRef of a route refers to; null when there is no such thing. */
  @Nullable FilterSpec extension(Manifest route, String group, String kind, String name) {
    if (!Extensions.has(group, kind)) {
      return null;
    }
    FilterSpec found = ask(kind, route.namespace(), name, 0).extension();
    Manifest manifest = objects.find(kind, route.namespace(), name);
    return found instanceof FilterSpec.GlobalRateLimit limit && manifest != null
        ? limit.at(limiter(manifest, limit.open()))
        : found;
  }

  /** Who counts; a reference that leads nowhere is like somebody who never answers. */
  private Backend limiter(Manifest limit, boolean open) {
    String consequence = open ? "; requests pass uncounted" : "; requests are answered 500";
    return single(limit, limit.spec().field("backendRef"), consequence);
  }

  private static boolean isService(String group, String kind) {
    return group.isEmpty() && kind.equals("Service");
  }

  /** Istio's way to name a host of a ServiceEntry. */
  private static boolean isHost(String group, String kind) {
    return group.equals(Kinds.ISTIO_GROUP) && kind.equals(HOST);
  }

  private KeptRoutes.Answer ask(String kind, String namespace, String name, int port) {
    var question = new KeptRoutes.Question(kind, namespace, name, port);
    KeptRoutes.Answer answer = answer(question);
    if (notes != null) {
      notes.put(question, answer);
    }
    return answer;
  }

  @Override
  public KeptRoutes.Answer answer(KeptRoutes.Question question) {
    if (Extensions.has(Kinds.OWN_GROUP, question.kind())) {
      FilterSpec found = extensions.of(question.kind(), question.namespace(), question.name());
      return new KeptRoutes.Answer(found != null, null, found, null);
    }
    ServiceSpec service = service(question.kind(), question.namespace(), question.name());
    if (service == null) {
      return NOTHING;
    }
    int port = question.port();
    return new KeptRoutes.Answer(true, endpoints.of(service, port), null, obstacle(service, port));
  }

  private KeptRoutes.@Nullable Obstacle obstacle(ServiceSpec service, int number) {
    ServiceSpec.Port port = service.port(number);
    if (port != null && port.isUnsupported()) {
      return new KeptRoutes.Obstacle(
          Code.PROTOCOL_UNSUPPORTED,
          "port %d of %s speaks %s, not HTTP".formatted(number, service.key(), port.declared()));
    }
    EntryHost entry = service.entry();
    if (entry != null && entry.resolution() == EntryHost.Resolution.NONE) {
      return new KeptRoutes.Obstacle(
          Code.BACKEND_UNSUPPORTED,
          "resolution of %s is NONE, so that only its callers know an address"
              .formatted(service.key()));
    }
    return endpoints.origination(service, number) instanceof Origination.Not(var reason)
        ? new KeptRoutes.Obstacle(Code.BACKEND_TLS_BROKEN, reason)
        : null;
  }

  /**
   * Services that are the same objects have the same endpoints, as long as no rule changes them.
   */
  @Override
  public boolean answerAs(KeptRoutes.@Nullable Backends before) {
    return before instanceof BackendReader that
        && extensions.sayTheSameAs(that.extensions)
        && endpoints.lookAs(that.endpoints)
        && endpoints.haveNoRules()
        && that.endpoints.haveNoRules()
        && objects.hasServicesOf(that.objects);
  }

  @Override
  public void note(@Nullable Map<KeptRoutes.Question, KeptRoutes.Answer> wanted) {
    notes = wanted;
  }

  /** A host that several namespaces have is that of the route's own namespace first. */
  private @Nullable ServiceSpec service(String kind, String namespace, String name) {
    if (!kind.equals(HOST)) {
      return objects.service(namespace, name);
    }
    List<ServiceSpec> same = byHost().getOrDefault(name, List.of());
    ServiceSpec found = null;
    for (ServiceSpec service : same) {
      EntryHost entry = service.entry();
      boolean seen = entry == null || entry.isSeenFrom(namespace, service.namespace());
      if (service.namespace().equals(namespace)) {
        return service;
      }
      found = found == null && seen ? service : found;
    }
    return found;
  }

  /** Few name their backends so. */
  private Map<String, List<ServiceSpec>> byHost() {
    Map<String, List<ServiceSpec>> known = byHost;
    if (known == null) {
      known = new HashMap<>();
      for (ServiceSpec service : objects.services()) {
        known.computeIfAbsent(service.hostname(clusterDomain), _ -> new ArrayList<>()).add(service);
      }
      byHost = known;
    }
    return known;
  }

  /** A reference of weight 0 is never followed, so that nothing is wrong with it. */
  private static Backend broken(Doc at, Backend backend, Code code, String message, int rule) {
    if (backend.weight() > 0) {
      at.warning(code, message + "; requests to rule " + rule + " will answer 500");
    }
    return backend;
  }
}
