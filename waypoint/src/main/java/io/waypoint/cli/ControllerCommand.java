// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.waypoint.Clocks;
import io.waypoint.admin.AdminServers;
import io.waypoint.admin.AdminSettings;
import io.waypoint.admin.Liveness;
import io.waypoint.admin.ProbeServers;
import io.waypoint.admin.Readiness;
import io.waypoint.config.WaypointSettings;
import io.waypoint.controller.Controller;
import io.waypoint.discovery.kube.KubeClients;
import io.waypoint.status.LeaseElection;
import io.waypoint.telemetry.AccessLog;
import io.waypoint.telemetry.Logging;
import io.waypoint.telemetry.Telemetry;
import io.waypoint.telemetry.TelemetrySettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "controller",
    sortOptions = false,
    description = "Makes a waypoint for every Gateway of class vertx-waypoint in a cluster.",
    footer = {
      "",
      "Examples:",
      "  waypoint controller                             in its pod, as the chart starts it",
      "  waypoint controller --context kind-dev --facts facts.yaml      from a laptop",
      "",
      "The objects are those of chart/waypoint. facts.yaml there says what --facts may say",
      "otherwise; a Gateway's infrastructure.parametersRef may overlay the rest. One replica is at",
      "work, the one with Lease waypoint-controller. Metrics are on 15020, probes on 15021."
    })
final class ControllerCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--facts",
      paramLabel = "FILE",
      defaultValue = "${env:WAYPOINT_FACTS}",
      description = "Image, resources and the like of the waypoints (WAYPOINT_FACTS).")
  private @Nullable Path facts;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NS",
      defaultValue = "${env:POD_NAMESPACE:-waypoint-system}",
      description = "Where the Lease is (POD_NAMESPACE; default: waypoint-system).")
  private String namespace = "waypoint-system";

  @Option(
      names = "--identity",
      paramLabel = "NAME",
      defaultValue = "${env:POD_NAME}",
      description = "Ours among the replicas (POD_NAME; default: the process id).")
  private @Nullable String identity;

  @Option(
      names = "--cluster-domain",
      paramLabel = "DOMAIN",
      defaultValue = "${env:WAYPOINT_CLUSTER_DOMAIN:-cluster.local}",
      description = "Suffix of host names (WAYPOINT_CLUSTER_DOMAIN; default: cluster.local).")
  private String clusterDomain = "cluster.local";

  @Mixin private RootNamespaceOption root = new RootNamespaceOption();

  ControllerCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (facts != null) {
      Home.requireReadable(List.of(facts));
    }
    WaypointSettings settings = Serving.settings(terminal, null, Map.of());
    Clocks clocks = Clocks.system();
    Logging.Session logging =
        Logging.start(
            System.err,
            terminal.person() ? AccessLog.Format.TEXT : AccessLog.Format.JSON,
            clocks.wall());
    try (KubernetesClient client = KubeClients.open(cluster.config());
        Controller controller = controller(client, clocks)) {
      return serve(controller, settings.ports(), clocks);
    } finally {
      logging.close();
    }
  }

  private Controller controller(KubernetesClient client, Clocks clocks) {
    String us = identity == null ? "process-" + ProcessHandle.current().pid() : identity;
    try {
      return new Controller(
          client,
          new Controller.Settings(
              namespace,
              us,
              LeaseElection.Pace.DEFAULT,
              facts,
              new Controller.Mesh(clusterDomain, root.name())),
          clocks.wall(),
          clocks.nanos());
    } catch (IllegalArgumentException e) {
      throw new Outcome(
          ExitCode.CONFIG,
          String.valueOf(e.getMessage()),
          "--facts is a YAML mapping like chart/waypoint/facts.yaml");
    }
  }

  private int serve(Controller controller, WaypointSettings.Ports ports, Clocks clocks) {
    String version = BuildInfo.load().version();
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    try {
      ProbeServers probes = probes(vertx, controller, ports, version, clocks);
      CompletableFuture<Void> end = new CompletableFuture<>();
      Signals.onFirst(() -> end.complete(null));
      controller.start();
      terminal
          .err()
          .println(
              "waypoint %s controller, lease %s/%s, metrics on %d, probes on %d"
                  .formatted(
                      version,
                      namespace,
                      Controller.LEASE,
                      probes.metricsPort(),
                      probes.readinessPort()));
      end.join();
      terminal.err().println("ends");
      return ExitCode.OK;
    } finally {
      vertx.close().await();
    }
  }

  private static ProbeServers probes(
      Vertx vertx,
      Controller controller,
      WaypointSettings.Ports ports,
      String version,
      Clocks clocks) {
    Telemetry telemetry =
        new Telemetry(TelemetrySettings.of(version), clocks.nanos(), clocks.wall(), null);
    telemetry.gauge(
        "waypoint_controller_leads",
        "1 while this replica makes the waypoints",
        () -> controller.leads() ? 1 : 0);
    telemetry.gauge(
        "waypoint_controller_problems",
        "What cannot be watched, applied or said",
        () -> controller.problems().size());
    Readiness readiness =
        new Readiness().needs("cluster: not everything was listed yet", controller::isReady);
    Liveness liveness = new Liveness(clocks.nanos());
    Liveness.Pulse pulse = liveness.watch("controller");
    vertx.setPeriodic(Liveness.BEAT.toMillis(), tick -> pulse.beat());
    try {
      return ProbeServers.start(
              vertx,
              AdminSettings.DEFAULTS.withPorts(0, ports.metrics(), ports.readiness()),
              telemetry,
              new AdminServers.Health(readiness, liveness))
          .await();
    } catch (Exception e) {
      // Vert.x throws what it failed with as it is, checked or not.
      throw new Outcome(
          ExitCode.UNAVAILABLE,
          String.valueOf(e.getMessage()),
          "end what listens there, or choose other ports: WAYPOINT_PORTS_METRICS,"
              + " WAYPOINT_PORTS_READINESS");
    }
  }
}
