// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "delete",
    sortOptions = false,
    description = "Takes waypoints away: their Gateways, and with them all that was made for them.",
    footer = {
      "",
      "Examples:",
      "  waypoint delete -n bookinfo                 the one called waypoint",
      "  waypoint delete -n bookinfo egress ingress",
      "  waypoint delete -n bookinfo --all",
      "",
      "Traffic then goes directly to the workloads, past every HTTP policy and route."
    })
final class DeleteCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Parameters(paramLabel = "NAME", description = "Default: waypoint.")
  private List<String> names = List.of();

  @Mixin private NamespaceOption namespace = new NamespaceOption();

  @Option(names = "--all", description = "All waypoints of our class in the namespace.")
  private boolean all;

  DeleteCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (all && !names.isEmpty()) {
      throw new Outcome(ExitCode.USAGE, "--all and names exclude each other", "use one of them");
    }
    return cluster.use(this::delete);
  }

  private int delete(KubernetesClient client) {
    String here = namespace.of(client);
    List<GenericKubernetesResource> gateways = wanted(client, here);
    if (gateways.isEmpty()) {
      terminal.err().println("no waypoint of class " + GatewayYaml.CLASS + " in " + here);
    }
    for (GenericKubernetesResource gateway : gateways) {
      String name = gateway.getMetadata().getName();
      List<String> users = Bound.users(client, here, name);
      client
          .genericKubernetesResources(Kinds.GATEWAY.context())
          .inNamespace(here)
          .withName(name)
          .delete();
      terminal.out().println("gateway %s/%s deleted".formatted(here, name));
      for (String user : users) {
        int space = user.indexOf(' ');
        String object = user.substring(space + 1);
        int slash = object.indexOf('/');
        String flags =
            slash < 0
                ? object
                : "-n " + object.substring(0, slash) + " " + object.substring(slash + 1);
        terminal
            .err()
            .println(
                "warning: %s still names it; kubectl label %s %s %s-"
                    .formatted(user, user.substring(0, space), flags, Bound.USE_WAYPOINT));
      }
    }
    return ExitCode.OK;
  }

  private List<GenericKubernetesResource> wanted(KubernetesClient client, String here) {
    if (all) {
      return Kinds.GATEWAY.list(client, here).stream().filter(DeleteCommand::isOurs).toList();
    }
    List<GenericKubernetesResource> found = new ArrayList<>();
    for (String name : names.isEmpty() ? List.of(GatewayYaml.DEFAULT_NAME) : names) {
      GenericKubernetesResource gateway = Kinds.GATEWAY.get(client, here, name);
      if (gateway == null) {
        throw new Outcome(
            ExitCode.UNAVAILABLE,
            "there is no Gateway %s/%s".formatted(here, name),
            "'waypoint list -A' lists what there is");
      }
      if (!isOurs(gateway)) {
        throw new Outcome(
            ExitCode.UNAVAILABLE,
            "Gateway %s/%s is of class %s, not of ours"
                .formatted(here, name, Kinds.text(gateway, "spec", "gatewayClassName")),
            "kubectl delete gateway -n %s %s, if you mean it".formatted(here, name));
      }
      found.add(gateway);
    }
    return found;
  }

  static boolean isOurs(GenericKubernetesResource gateway) {
    return Kinds.text(gateway, "spec", "gatewayClassName").equals(GatewayYaml.CLASS);
  }
}
