// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.config.Doc;
import io.waypoint.config.Problem;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.rbac.PolicySet;
import io.waypoint.routing.RouteTable;
import io.waypoint.world.Destination;
import io.waypoint.world.Lookup;
import io.waypoint.world.MeshService;
import io.waypoint.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** YAML in, world out. */
final class Yaml {
  /** A namespace bound to the waypoint, and the waypoint. */
  static final String MESH =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: default, labels: {istio.io/use-waypoint: waypoint, istio.io/dataplane-mode: ambient}}
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: waypoint}
      spec:
        gatewayClassName: vertx-waypoint
        listeners: [{name: mesh, port: 15008, protocol: HBONE}]
      """;

  private Yaml() {}

  static String service(String name) {
    return """
    apiVersion: v1
    kind: Service
    metadata: {name: %s}
    spec: {selector: {app: %s}, ports: [{name: http, port: 80, targetPort: 8080}]}
    """
        .formatted(name, name);
  }

  static String pod(String app, String address) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s-1, labels: {app: %s, version: v1}}
    spec: {containers: [{name: c, ports: [{name: web, containerPort: 8080}]}]}
    status: {podIP: %s}
    """
        .formatted(app, app, address);
  }

  static Translation of(String... documents) {
    return of(Scope.ONLY_GATEWAY, LocalTable.ANNOTATED, documents);
  }

  static Translation of(Scope scope, LocalTable local, String... documents) {
    var problems = new Problems();
    List<Doc> docs = new ArrayList<>();
    for (int i = 0; i < documents.length; i++) {
      docs.addAll(Doc.read(Source.file("f" + i + ".yaml", documents[i]), problems));
    }
    return new Translator(scope, local).translate(docs, problems, 1);
  }

  /** The problems but for remarks, without their positions. */
  static List<String> words(Translation translation) {
    return translation.problems().stream()
        .filter(p -> p.severity() != io.waypoint.config.Severity.INFO)
        .map(p -> p.severity() + " " + p.code().id() + " " + p.message())
        .toList();
  }

  static List<String> errors(Translation translation) {
    return translation.problems().stream()
        .filter(Problem::isError)
        .map(p -> p.position().line() + ":" + p.position().column() + " " + p.code())
        .toList();
  }

  static Destination found(World world, String host, int port) {
    Lookup lookup = world.find(host, port);
    assertThat(lookup).as("%s:%d", host, port).isInstanceOf(Lookup.Found.class);
    return ((Lookup.Found) lookup).destination();
  }

  /** Everything a world says, as text. */
  static String dump(World world) {
    return world.services().stream().map(Yaml::dump).collect(Collectors.joining("\n"))
        + "\n"
        + world.workloads().stream()
            .map(w -> w.workload() + " " + w.addresses() + w.app() + w.hbone() + w.binding())
            .collect(Collectors.joining("\n"))
        + world.mesh()
        + world.gateway();
  }

  private static String dump(MeshService service) {
    return service.ports().stream()
        .map(d ->
            "%s %s %s:%d %s %s %s %s"
                .formatted(
                    service.addresses(),
                    service.binding(),
                    d.hostname(),
                    d.port(),
                    d.protocol(),
                    d.endpoints(),
                    routes(d.routes().producer()) + d.routes().consumers().keySet(),
                    policies(d.policies())))
        .collect(Collectors.joining("\n"));
  }

  private static String policies(PolicySet policies) {
    return policies.dump().toString().replaceAll("f\\d+\\.yaml:[\\d:]+", "");
  }

  private static String routes(@org.jspecify.annotations.Nullable RouteTable table) {
    return table == null ? "-" : table.dump().toString().replaceAll("f\\d+\\.yaml:[\\d:]+", "");
  }
}
