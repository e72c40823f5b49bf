// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.waypoint.discovery.kube.KubeSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "status",
    sortOptions = false,
    description = "Shows a waypoint: its conditions, pods, who uses it, its routes and policies.",
    footer = {
      "",
      "Examples:",
      "  waypoint status -n bookinfo                 all of the namespace",
      "  waypoint status waypoint.bookinfo",
      "  waypoint status -n bookinfo deploy/waypoint",
      "  waypoint status -n bookinfo pod/waypoint-7d4b9c-x2x5k",
      "",
      "Exit code 1 when one of them is not programmed."
    })
final class StatusCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "WAYPOINT",
      description = "NAME, NAME.NS, deploy/NAME or pod/NAME.")
  private @Nullable String target;

  @Mixin private NamespaceOption namespace = new NamespaceOption();

  StatusCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return cluster.use(this::show);
  }

  private int show(KubernetesClient client) {
    String here = namespace.of(client);
    List<GenericKubernetesResource> gateways = new ArrayList<>();
    if (target == null) {
      Kinds.GATEWAY.list(client, here).stream()
          .filter(DeleteCommand::isOurs)
          .forEach(gateways::add);
    } else {
      PodAddress address = PodAddress.parse(target, here);
      String name = address.gateway(client);
      GenericKubernetesResource gateway = Kinds.GATEWAY.get(client, address.namespace(), name);
      if (gateway == null) {
        throw new Outcome(
            ExitCode.UNAVAILABLE,
            "there is no Gateway %s/%s".formatted(address.namespace(), name),
            "'waypoint list -A' lists what there is");
      }
      gateways.add(gateway);
    }
    if (gateways.isEmpty()) {
      terminal
          .err()
          .println("no waypoint of class %s in namespace %s".formatted(GatewayYaml.CLASS, here));
    }
    boolean good = true;
    for (GenericKubernetesResource gateway : gateways) {
      good &= show(client, gateway);
    }
    return good ? ExitCode.OK : ExitCode.PROBLEMS;
  }

  private boolean show(KubernetesClient client, GenericKubernetesResource gateway) {
    String in = gateway.getMetadata().getNamespace();
    String name = gateway.getMetadata().getName();
    terminal
        .out()
        .println(
            "%s  class %s, for %s"
                .formatted(
                    terminal.bold("waypoint " + in + "/" + name),
                    Kinds.text(gateway, "spec", "gatewayClassName"),
                    Bound.traffic(gateway)));
    List<Map<String, Object>> conditions = Kinds.maps(gateway, "status", "conditions");
    Table table = new Table("CONDITION", "STATUS", "REASON", "MESSAGE");
    for (String type : List.of("Accepted", "Programmed")) {
      Map<String, Object> condition = Kinds.condition(conditions, type);
      table.row(
          type,
          condition.isEmpty() ? "Unknown" : Kinds.text(condition, "status"),
          Kinds.text(condition, "reason"),
          Kinds.text(condition, "message"));
    }
    table.print(terminal.out(), "  ");
    pods(client, in, name);
    section("used by", users(client, in, name));
    routes(client, in);
    policies(client, in);
    warnings(client, in);
    terminal.out().println();
    return "True".equals(Kinds.condition(conditions, "Programmed").get("status"));
  }

  private void pods(KubernetesClient client, String in, String name) {
    Table table = new Table("POD", "READY", "PHASE", "ADDRESS", "NODE");
    for (Pod pod : Bound.pods(client, in, name)) {
      table.row(
          pod.getMetadata().getName(),
          Bound.isReady(pod) ? "yes" : "no" + Bound.trouble(List.of(pod)),
          Objects.toString(pod.getStatus().getPhase(), "-"),
          Objects.toString(pod.getStatus().getPodIP(), "-"),
          Objects.toString(pod.getSpec().getNodeName(), "-"));
    }
    terminal.out().println();
    if (table.isEmpty()) {
      terminal.out().println("  no pods");
    } else {
      table.print(terminal.out(), "  ");
    }
  }

  private static List<String> users(KubernetesClient client, String in, String name) {
    try {
      return Bound.users(client, in, name);
    } catch (KubernetesClientException e) {
      return List.of(KubeWords.of(e));
    }
  }

  /** Routes of the namespace about which a waypoint of our class has spoken. */
  private void routes(KubernetesClient client, String in) {
    Table table = new Table("ROUTE", "PARENT", "ACCEPTED", "RESOLVED REFS", "MESSAGE");
    for (Kinds kind : List.of(Kinds.HTTP_ROUTE, Kinds.GRPC_ROUTE)) {
      for (GenericKubernetesResource route : kind.listIfAny(client, in)) {
        for (Map<String, Object> parent : Kinds.maps(route, "status", "parents")) {
          if (KubeSettings.CONTROLLER.equals(parent.get("controllerName"))) {
            table.row(row(kind, route, parent));
          }
        }
      }
    }
    print(table);
  }

  @SuppressWarnings("unchecked")
  private static String[] row(
      Kinds kind, GenericKubernetesResource route, Map<String, Object> parent) {
    Map<String, Object> reference =
        parent.get("parentRef") instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    List<Map<String, Object>> conditions =
        parent.get("conditions") instanceof List<?> list
            ? (List<Map<String, Object>>) list
            : List.of();
    Map<String, Object> accepted = Kinds.condition(conditions, "Accepted");
    Map<String, Object> resolved = Kinds.condition(conditions, "ResolvedRefs");
    String wrong =
        conditions.stream()
            .filter(condition -> "False".equals(condition.get("status")))
            .map(condition -> Kinds.text(condition, "message"))
            .collect(Collectors.joining("; "));
    return new String[] {
      kind.kind + " " + route.getMetadata().getName(),
      Kinds.text(reference, "kind") + " " + Kinds.text(reference, "name"),
      Kinds.text(accepted, "status"),
      Kinds.text(resolved, "status"),
      wrong
    };
  }

  private void policies(KubernetesClient client, String in) {
    Table table = new Table("POLICY", "ACTION", "ENFORCED BY", "TARGETS");
    for (GenericKubernetesResource policy : Kinds.AUTHORIZATION_POLICY.listIfAny(client, in)) {
      List<Map<String, Object>> targets = new ArrayList<>(Kinds.maps(policy, "spec", "targetRefs"));
      Map<String, Object> one = policy.get("spec", "targetRef");
      if (one != null) {
        targets.add(one);
      }
      String action = Kinds.text(policy, "spec", "action");
      table.row(
          policy.getMetadata().getName(),
          action.isEmpty() ? "ALLOW" : action,
          targets.isEmpty() ? "ztunnel" : "waypoint",
          targets.isEmpty()
              ? "pods of the namespace"
              : targets.stream()
                  .map(target -> Kinds.text(target, "kind") + " " + Kinds.text(target, "name"))
                  .collect(Collectors.joining(", ")));
    }
    print(table);
  }

  private void warnings(KubernetesClient client, String in) {
    List<String> lines = new ArrayList<>();
    try {
      for (Event event : client.v1().events().inNamespace(in).list().getItems()) {
        if (KubeSettings.CONTROLLER.equals(event.getReportingComponent())) {
          lines.add(
              "%s %s: %s"
                  .formatted(
                      event.getInvolvedObject().getKind(),
                      event.getInvolvedObject().getName(),
                      event.getMessage()));
        }
      }
    } catch (KubernetesClientException e) {
      lines.add(KubeWords.of(e));
    }
    if (!lines.isEmpty()) {
      section("warnings", lines);
    }
  }

  private void section(String title, List<String> lines) {
    terminal.out().println();
    terminal.out().println("  " + title + (lines.isEmpty() ? ": nobody" : ""));
    lines.forEach(line -> terminal.out().println("    " + line));
  }

  private void print(Table table) {
    if (!table.isEmpty()) {
      terminal.out().println();
      table.print(terminal.out(), "  ");
    }
  }
}
