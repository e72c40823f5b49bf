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
    var filters = FilterReader.read(doc.field("filters"));
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

  /** A reference of weight 0 is never followed, so that nothing is wrong with it. */
  private static Backend broken(Doc at, Backend backend, Code code, String message, int rule) {
    if (backend.weight() > 0) {
      at.warning(code, message + "; requests to rule " + rule + " will answer 500");
    }
    return backend;
  }
}
