// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "apply",
    sortOptions = false,
    description = "Gives a namespace a waypoint and waits until it serves.",
    footer = {
      "",
      "Examples:",
      "  waypoint apply -n bookinfo --enroll-namespace",
      "  waypoint apply -n bookinfo --name egress --for all --no-wait",
      "",
      "Needs a controller in the cluster ('waypoint check' tells) that makes the pods. Enrolled,"
          + " all",
      "traffic to the namespace's services goes through the waypoint; one service alone:",
      "  kubectl label service reviews istio.io/use-waypoint=waypoint"
    })
final class ApplyCommand implements Callable<Integer> {
  static final String MANAGER = "waypoint-cli";

  private final Terminal terminal;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Mixin private WaypointOptions wanted = new WaypointOptions();

  @Option(
      names = "--enroll-namespace",
      description = "Also label the namespace istio.io/use-waypoint=NAME.")
  private boolean enroll;

  @Option(
      names = "--overwrite",
      description = "Enroll a namespace that uses another waypoint, too.")
  private boolean overwrite;

  @Option(names = "--no-wait", description = "Do not wait until the waypoint is programmed.")
  private boolean noWait;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "How long to wait, for example 90s or 5m (default: 120s).")
  private String timeout = "120s";

  ApplyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Duration patience = patience();
    return cluster.use(client -> apply(client, patience));
  }

  private Duration patience() {
    if (!timeout.matches("[1-9][0-9]{0,5}[smh]")) {
      throw new Outcome(
          ExitCode.USAGE, "--timeout " + timeout + " is no duration", "for example 90s or 5m");
    }
    return Duration.parse("PT" + timeout);
  }

  private int apply(KubernetesClient client, Duration patience) {
    String namespace = wanted.namespace().of(client);
    GatewayYaml gateway = wanted.gateway(namespace);
    Namespace there = client.namespaces().withName(namespace).get();
    if (there == null) {
      throw new Outcome(
          ExitCode.UNAVAILABLE,
          "there is no namespace " + namespace,
          "kubectl create namespace " + namespace + ", or name another with -n");
    }
    Map<String, String> labels =
        Objects.requireNonNullElse(there.getMetadata().getLabels(), Map.of());
    refuseForeign(client, gateway);
    refuseOtherEnrolment(labels, gateway);
    put(client, gateway);
    terminal.err().println("gateway %s/%s applied".formatted(gateway.namespace(), gateway.name()));
    if (enroll) {
      enroll(client, gateway);
    }
    if (!"ambient".equals(labels.get("istio.io/dataplane-mode"))) {
      terminal
          .err()
          .println(
              "warning: namespace %s is not in the mesh; kubectl label namespace %s"
                      .formatted(namespace, namespace)
                  + " istio.io/dataplane-mode=ambient");
    }
    return noWait ? ExitCode.OK : new Waiting(terminal, client).until(gateway, patience);
  }

  private void refuseForeign(KubernetesClient client, GatewayYaml gateway) {
    GenericKubernetesResource existing =
        Kinds.GATEWAY.get(client, gateway.namespace(), gateway.name());
    if (existing == null) {
      return;
    }
    String className = Kinds.text(existing, "spec", "gatewayClassName");
    if (!className.equals(GatewayYaml.CLASS)) {
      throw new Outcome(
          ExitCode.UNAVAILABLE,
          "Gateway %s/%s is there already, of class %s"
              .formatted(gateway.namespace(), gateway.name(), className),
          "choose another --name, or delete it first");
    }
  }

  private void refuseOtherEnrolment(Map<String, String> labels, GatewayYaml gateway) {
    String uses = labels.get(Bound.USE_WAYPOINT);
    if (enroll && !overwrite && uses != null && !uses.equals(gateway.name())) {
      throw new Outcome(
          ExitCode.UNAVAILABLE,
          "namespace %s uses waypoint %s already".formatted(gateway.namespace(), uses),
          "--overwrite enrolls it with " + gateway.name() + " instead");
    }
  }

  private static void put(KubernetesClient client, GatewayYaml gateway) {
    var item =
        client
            .getKubernetesSerialization()
            .unmarshal(gateway.text(), GenericKubernetesResource.class);
    client
        .genericKubernetesResources(Kinds.GATEWAY.context())
        .inNamespace(gateway.namespace())
        .resource(item)
        .fieldManager(MANAGER)
        .forceConflicts()
        .serverSideApply();
  }

  private void enroll(KubernetesClient client, GatewayYaml gateway) {
    String patch =
        "{\"metadata\":{\"labels\":{\"%s\":\"%s\",\"%s\":null}}}"
            .formatted(Bound.USE_WAYPOINT, gateway.name(), Bound.USE_WAYPOINT_NAMESPACE);
    client
        .namespaces()
        .withName(gateway.namespace())
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    terminal
        .err()
        .println(
            "namespace %s labelled %s=%s"
                .formatted(gateway.namespace(), Bound.USE_WAYPOINT, gateway.name()));
  }
}
