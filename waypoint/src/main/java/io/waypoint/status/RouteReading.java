// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.config.Problem;
import io.waypoint.config.Problems;
import io.waypoint.config.ReadObject;
import io.waypoint.discovery.kube.KubeObject;
import io.waypoint.discovery.translate.Translator;
import io.waypoint.status.RouteFacts.Standing;
import io.waypoint.world.Binding;
import io.waypoint.world.GatewayName;
import io.waypoint.world.MeshService;
import io.waypoint.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the facts on which the verdicts on routes depend.
 *
 * @param services by {@code namespace/name}
 * @param siblings the Gateways whose class is ours, too
 * @param problems by object, as {@code kind namespace/name}
 * @param held objects whose newest version is not in force
 */
record RouteReading(
    GatewayName gateway,
    Map<String, MeshService> services,
    Set<GatewayName> siblings,
    Map<String, List<Problem>> problems,
    Set<String> held) {
  static RouteReading of(
      GatewayName gateway,
      World world,
      Set<GatewayName> siblings,
      List<Problem> problems,
      Set<String> held) {
    Map<String, MeshService> services = new HashMap<>();
    for (MeshService service : world.services()) {
      services.put(service.namespace() + "/" + service.name(), service);
    }
    Map<String, List<Problem>> byObject = new HashMap<>();
    for (Problem problem : problems) {
      byObject
          .computeIfAbsent(problem.position().source().name(), _ -> new ArrayList<>())
          .add(problem);
    }
    return new RouteReading(gateway, services, siblings, byObject, held);
  }

  RouteFacts facts(KubeObject route) {
    String identity = route.kind() + " " + route.key();
    List<RouteFacts.Parent> parents = new ArrayList<>();
    int rules = 0;
    ReadObject document = route.document();
    if (document != null) {
      Doc spec = document.doc(new Problems()).field("spec");
      rules = spec.field("rules").list().size();
      spec.field("parentRefs").list().forEach(ref -> parents.add(parent(route, ref)));
    }
    return new RouteFacts(
        Translator.uses(StatusApi.GROUP, route.kind()) ? "" : route.kind(),
        rules,
        held.contains(identity),
        parents,
        problems.getOrDefault(identity, List.of()),
        gateway.toString());
  }

  private RouteFacts.Parent parent(KubeObject route, Doc ref) {
    Map<String, Object> written = new LinkedHashMap<>();
    for (String field : List.of("group", "kind", "namespace", "name", "sectionName")) {
      String text = ref.field(field).text();
      if (text != null) {
        written.put(field, text);
      }
    }
    int port = ref.field("port").integer(1, 65535, 0);
    if (port > 0) {
      written.put("port", port);
    }
    String kind = ref.field("kind").text("Gateway");
    String group = ref.field("group").text("gateway.networking.k8s.io");
    String namespace = ref.field("namespace").text(route.namespace());
    String name = ref.field("name").text("");
    Standing standing =
        kind.equals("Service") && group.isEmpty()
            ? service(route, namespace, name, port, ref.field("sectionName").text(""))
            : kind.equals("Gateway") && gateway.equals(new GatewayName(namespace, name))
                ? Standing.GATEWAY
                : Standing.NOT_OURS;
    return new RouteFacts.Parent(written, kind + " " + namespace + "/" + name, standing);
  }

  private Standing service(
      KubeObject route, String namespace, String name, int port, String section) {
    MeshService service = services.get(namespace + "/" + name);
    if (service == null) {
      return namespace.equals(gateway.namespace()) ? Standing.NO_SUCH_SERVICE : Standing.NOT_OURS;
    }
    return switch (service.binding()) {
      case Binding.Another another ->
          siblings.contains(another.waypoint()) ? Standing.NOT_OURS : Standing.LEFT;
      case Binding.Unbound _ -> Standing.LEFT;
      case Binding.Ours _ -> {
        if (!namespace.equals(route.namespace())) {
          yield Standing.OTHER_NAMESPACE;
        }
        boolean there = port == 0 || service.port(port) != null;
        boolean named = section.isEmpty() || !missesPort(route, section);
        yield there && named ? Standing.SERVED : Standing.NO_SUCH_PORT;
      }
    };
  }

  /** The world does not know the names of ports; the reader of routes does, and has complained. */
  private boolean missesPort(KubeObject route, String section) {
    String complaint = "no port \"" + section + "\"";
    return problems.getOrDefault(route.kind() + " " + route.key(), List.of()).stream()
        .anyMatch(problem ->
            problem.code() == Code.PARENT_NOT_FOUND && problem.message().contains(complaint));
  }
}
