// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.Target;
import java.util.ArrayList;
import java.util.List;

/** Reads references to services that serve a rule's requests. */
final class BackendReader {
  private static final int MOST = 16;
  private static final int HEAVIEST = 1_000_000;

  private final Objects objects;
  private final Endpoints endpoints;

  BackendReader(Objects objects, Endpoints endpoints) {
    this.objects = objects;
    this.endpoints = endpoints;
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
    if (!group.isEmpty() || !kind.equals("Service")) {
      return broken(
          doc,
          Backend.broken(name, namespace, weight, "kind " + kind + " is not supported"),
          Code.BACKEND_UNSUPPORTED,
          "backend %s %s/%s is not a Service".formatted(kind, namespace, name),
          rule);
    }
    int port = ServiceReader.port(doc.field("port"));
    var filters = FilterReader.read(route, doc.field("filters"), this);
    String what = "Service " + namespace + "/" + name;
    ServiceSpec service = objects.service(namespace, name);
    if (service == null) {
      return broken(
          doc.field("name"),
          Backend.broken(name, namespace, weight, what + " does not exist"),
          Code.BACKEND_NOT_FOUND,
          "backend %s/%s does not exist".formatted(namespace, name),
          rule);
    }
    EndpointSet set = endpoints.of(service, port);
    if (set == null) {
      return broken(
          doc.field("port"),
          Backend.broken(name, namespace, weight, what + " has no port " + port),
          Code.BACKEND_NOT_FOUND,
          "backend %s/%s has no port %d".formatted(namespace, name, port),
          rule);
    }
    String obstacle = filters.obstacle();
    return obstacle != null
        ? Backend.broken(name, namespace, weight, obstacle)
        : new Backend(name, namespace, port, weight, new Target.Resolved(set), filters.filters());
  }

  /** Where a mirror's copies go; a reference that leads nowhere costs the copies only. */
  Backend mirror(Manifest route, Doc doc) {
    doc.only("group", "kind", "namespace", "name", "port");
    String name = doc.field("name").required();
    String namespace = doc.field("namespace").text(route.namespace());
    String kind = doc.field("kind").text("Service");
    int port = ServiceReader.port(doc.field("port"));
    boolean isService = doc.field("group").text("").isEmpty() && kind.equals("Service");
    ServiceSpec service = isService ? objects.service(namespace, name) : null;
    EndpointSet set = service == null ? null : endpoints.of(service, port);
    if (set != null) {
      return new Backend(name, namespace, port, 1, new Target.Resolved(set), List.of());
    }
    String why = "there is no %s %s/%s with port %d".formatted(kind, namespace, name, port);
    doc.warning(
        isService ? Code.BACKEND_NOT_FOUND : Code.BACKEND_UNSUPPORTED,
        why + "; copies of requests are not sent");
    return Backend.broken(name, namespace, 1, why);
  }

  /** A reference of weight 0 is never followed, so that nothing is wrong with it. */
  private static Backend broken(Doc at, Backend backend, Code code, String message, int rule) {
    if (backend.weight() > 0) {
      at.warning(code, message + "; requests to rule " + rule + " will answer 500");
    }
    return backend;
  }
}
