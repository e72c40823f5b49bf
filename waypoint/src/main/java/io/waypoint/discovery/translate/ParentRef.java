// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.discovery.Manifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
      var parent =
          new ParentRef(
              doc.field("group").text(Kinds.GATEWAY_GROUP),
              doc.field("kind").text("Gateway"),
              doc.field("namespace").text(route.namespace()),
              doc.field("name").required(),
              doc.field("port").integer(1, 65535, 0),
              doc.field("sectionName").text(""),
              doc);
      parents.stream()
          .filter(parent::isSameObject)
          .findFirst()
          .ifPresent(before -> parent.checkDistinct(before, parents));
      parents.add(parent);
    }
    return parents;
  }

  private boolean isSameObject(ParentRef other) {
    return group.equals(other.group)
        && kind.equals(other.kind)
        && namespace.equals(other.namespace)
        && name.equals(other.name);
  }

  /** What the API says of two references to one object. */
  private void checkDistinct(ParentRef before, List<ParentRef> all) {
    boolean bare = port == 0 && section.isEmpty() || before.port == 0 && before.section.isEmpty();
    boolean same =
        all.stream().anyMatch(p -> isSameObject(p) && p.port == port && p.section.equals(section));
    if (bare) {
      doc.error(
          Code.CONTRADICTION,
          "%s %s is named twice: each then needs a port or a sectionName".formatted(kind, name));
    } else if (same) {
      doc.error(
          Code.CONTRADICTION,
          "%s %s is named twice with the same port and sectionName".formatted(kind, name));
    }
  }

  /** Whether it names something that a waypoint stands in front of. */
  boolean isService() {
    return kind.equals("Service") && group.isEmpty() || isServiceEntry();
  }

  private boolean isServiceEntry() {
    return kind.equals("ServiceEntry") && group.equals(Kinds.ISTIO_GROUP);
  }

  /**
   * The services that this names: one, several for the hosts of a ServiceEntry, or none after
   * saying why.
   */
  List<ServiceSpec> services(Objects objects) {
    if (!isService()) {
      boolean meantService = kind.equals("Service") && !doc.has("group");
      doc.warning(
          meantService ? Code.PARENT_NOT_FOUND : Code.NOT_SUPPORTED,
          meantService
              ? "kind Service is of group \"\", not " + group + ": the route attaches nowhere"
              : "a route attaches to a waypoint through its Services, not through " + kind,
          meantService ? "write group: \"\" beside kind: Service" : null);
      return List.of();
    }
    List<ServiceSpec> found = find(objects);
    if (found.isEmpty()) {
      doc.field("name")
          .warning(
              Code.PARENT_NOT_FOUND,
              "%s %s/%s does not exist: the route has no effect there"
                  .formatted(kind, namespace, name));
    }
    return found;
  }

  /** The same, without a word. */
  List<ServiceSpec> find(Objects objects) {
    if (isServiceEntry()) {
      return objects.entries(namespace, name);
    }
    ServiceSpec service = isService() ? objects.service(namespace, name) : null;
    return service == null ? List.of() : List.of(service);
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

  /** The reference as the route writes it, for its status. */
  Map<String, Object> written() {
    Map<String, Object> written = new LinkedHashMap<>();
    for (String field : List.of("group", "kind", "namespace", "name", "sectionName")) {
      @Nullable String text = doc.field(field).text();
      if (text != null) {
        written.put(field, text);
      }
    }
    if (port > 0) {
      written.put("port", port);
    }
    return written;
  }
}
