// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a route attaches to.
 *
 * @param port 0 when it names none
 * @param section a port's name; empty when it names none
 */
record ParentRef(
    String group, String kind, String namespace, String name, int port, String section, Doc doc) {
  private static final int MOST = 32;

  static List<ParentRef> read(Manifest route) {
    List<ParentRef> parents = new ArrayList<>();
    for (Doc doc : route.spec().field("parentRefs").list(MOST)) {
      doc.only("group", "kind", "namespace", "name", "port", "sectionName");
      parents.add(
          new ParentRef(
              doc.field("group").text(Kinds.GATEWAY_GROUP),
              doc.field("kind").text("Gateway"),
              doc.field("namespace").text(route.namespace()),
              doc.field("name").required(),
              doc.field("port").integer(1, 65535, 0),
              doc.field("sectionName").text(""),
              doc));
    }
    return parents;
  }

  /** The service that this names, or null after saying why it is none. */
  @Nullable ServiceSpec service(Objects objects, Manifest route) {
    if (!kind.equals("Service") || !group.isEmpty()) {
      boolean meantService = kind.equals("Service") && !doc.has("group");
      doc.warning(
          meantService ? Code.PARENT_NOT_FOUND : Code.NOT_SUPPORTED,
          meantService
              ? "kind Service is of group \"\", not " + group + ": the route attaches nowhere"
              : "a route attaches to a waypoint through its Services, not through " + kind,
          meantService ? "write group: \"\" beside kind: Service" : null);
      return null;
    }
    ServiceSpec service = objects.service(namespace, name);
    if (service == null) {
      doc.field("name")
          .warning(
              Code.PARENT_NOT_FOUND,
              "Service "
                  + namespace
                  + "/"
                  + name
                  + " does not exist: the route has no effect there");
      return null;
    }
    if (!namespace.equals(route.namespace())) {
      doc.warning(
          Code.NOT_SUPPORTED,
          "a route for a Service of another namespace concerns only callers of its own namespace;"
              + " such routes have no effect in this version");
      return null;
    }
    return service;
  }

  /** Which ports of the service the route is for. */
  List<ServiceSpec.Port> ports(ServiceSpec service) {
    List<ServiceSpec.Port> ports =
        service.ports().stream()
            .filter(p -> port == 0 || p.number() == port)
            .filter(p -> section.isEmpty() || p.name().equals(section))
            .toList();
    if (ports.isEmpty()) {
      Doc at = port == 0 ? doc.field("sectionName") : doc.field("port");
      at.warning(
          Code.PARENT_NOT_FOUND,
          "Service %s has no port %s: the route has no effect there"
              .formatted(service.key(), port == 0 ? "\"" + section + "\"" : at.raw()));
    }
    return ports;
  }
}
