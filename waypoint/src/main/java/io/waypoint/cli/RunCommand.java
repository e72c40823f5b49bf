// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.Clocks;
import io.waypoint.Waypoint;
import io.waypoint.config.Problem;
import io.waypoint.config.WaypointSettings;
import io.waypoint.discovery.file.FileDiscovery;
import io.waypoint.discovery.translate.LocalTable;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.discovery.translate.Translator;
import io.waypoint.hbone.Machinery;
import io.waypoint.identity.FileCertificates;
import io.waypoint.identity.Scheduler;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.telemetry.AccessLog;
import io.waypoint.telemetry.Logging;
import io.waypoint.telemetry.Telemetry;
import io.waypoint.telemetry.TelemetrySettings;
import io.waypoint.world.GatewayName;
import io.waypoint.world.MeshSettings;
import io.waypoint.world.World;
import io.waypoint.world.WorldHolder;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    sortOptions = false,
    description = "The proxy, with configuration and certificates from files.",
    footer = {
      "",
      "Examples:",
      "  waypoint run -f k8s/ --certs /var/run/secrets/mesh",
      "  waypoint run -f k8s/ --certs certs/ --gateway bookinfo/waypoint --settings waypoint.yaml",
      "",
      "The folder of --certs holds cert-chain.pem, key.pem and root-cert.pem; it is watched, as"
          + " the",
      "configuration is. SIGTERM drains; a second signal stops at once."
    })
final class RunCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "PATH",
      description = "YAML file or folder; may be repeated.")
  private List<Path> files = List.of();

  @Option(
      names = "--certs",
      required = true,
      paramLabel = "DIR",
      description = "Our certificate, its key and the roots we trust.")
  private Path certs = Path.of(".");

  @Option(
      names = "--gateway",
      paramLabel = "NS/NAME",
      description = "Which Gateway we are; may be left out when there is one of our class.")
  private @Nullable String gateway;

  @Option(names = "--settings", paramLabel = "FILE", description = "waypoint.yaml")
  private @Nullable Path settingsFile;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      description = "Where callers dial, and what workloads see (default: ${DEFAULT-VALUE}).")
  private String listen = "0.0.0.0";

  @Option(
      names = "--access-log",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: text on a terminal, else json).")
  private Serving.LogChoice accessLog = Serving.LogChoice.auto;

  RunCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws UnknownHostException {
    Home.requireReadable(files);
    Home.requireReadable(List.of(certs));
    Map<String, String> flags = new HashMap<>();
    if (gateway != null) {
      flags.put("instance.gateway", gateway);
    }
    WaypointSettings settings = Serving.settings(terminal, settingsFile, flags);
    String name = settings.instance().gateway();
    AccessLog log = Serving.accessLog(terminal, accessLog);
    ScheduledExecutorService renewals =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("certificates").factory());
    Clocks clocks = Clocks.system();
    WorldHolder worlds = new WorldHolder();
    Logging.Session logging =
        Logging.start(
            System.err,
            terminal.person() ? AccessLog.Format.TEXT : AccessLog.Format.JSON,
            clocks.wall());
    try (FileDiscovery discovery =
        discovery(
            worlds,
            Scope.of(
                name == null ? null : GatewayName.parse(name),
                settings.instance().rootNamespace()))) {
      if (!discovery.start()) {
        throw new Outcome(
            ExitCode.CONFIG,
            "the configuration cannot be used",
            "repair what is told above; 'waypoint validate' tells it again");
      }
      try (FileCertificates certificates = certificates(worlds, clocks, Scheduler.on(renewals))) {
        return serve(settings, worlds, discovery, certificates, log, clocks);
      }
    } finally {
      renewals.shutdownNow();
      logging.close();
      if (log != null) {
        log.close();
      }
    }
  }

  private FileDiscovery discovery(WorldHolder worlds, Scope scope) {
    return new FileDiscovery(
        files,
        new Translator(scope, LocalTable.ANNOTATED),
        worlds,
        new ConsoleReport(terminal),
        FileDiscovery.Pace.DEFAULT);
  }

  private FileCertificates certificates(WorldHolder worlds, Clocks clocks, Scheduler scheduler) {
    World world = worlds.current();
    MeshSettings mesh = world == null ? MeshSettings.DEFAULTS : world.mesh();
    Set<TrustDomain> domains = new HashSet<>(mesh.trust().aliases());
    domains.add(mesh.trustDomain());
    FileCertificates certificates =
        FileCertificates.open(
            new FileCertificates.Location(
                certs.resolve("cert-chain.pem"),
                certs.resolve("key.pem"),
                certs.resolve("root-cert.pem")),
            domains,
            clocks.wall(),
            scheduler);
    String problem = certificates.problem();
    if (problem != null) {
      certificates.close();
      throw new Outcome(
          ExitCode.CONFIG, problem, "--certs holds cert-chain.pem, key.pem and root-cert.pem");
    }
    return certificates;
  }

  private int serve(
      WaypointSettings settings,
      WorldHolder worlds,
      FileDiscovery discovery,
      FileCertificates certificates,
      @Nullable AccessLog log,
      Clocks clocks)
      throws UnknownHostException {
    String version = BuildInfo.load().version();
    CompletableFuture<Void> end = new CompletableFuture<>();
    Signals.onFirst(() -> end.complete(null));
    InetAddress address = InetAddress.getByName(listen);
    Waypoint waypoint =
        start(
            settings,
            new Waypoint.Surroundings(
                worlds,
                certificates,
                new Telemetry(TelemetrySettings.of(version), clocks.nanos(), clocks.wall(), log),
                () -> discovery.problems().stream().map(Problem::toString).toList(),
                address,
                listen,
                address,
                version,
                () -> end.complete(null)),
            clocks);
    terminal
        .err()
        .println(
            "waypoint "
                + version
                + " serves HBONE on "
                + listen
                + ":"
                + waypoint.address().getPort()
                + " ("
                + Machinery.present()
                + "), ready in "
                + Serving.age());
    end.join();
    terminal.err().println("draining");
    waypoint.drain().await();
    return ExitCode.OK;
  }

  private static Waypoint start(
      WaypointSettings settings, Waypoint.Surroundings surroundings, Clocks clocks) {
    try {
      return Waypoint.start(settings, surroundings, clocks).await();
    } catch (Exception e) {
      // Vert.x and Netty throw what they failed with as it is, checked or not.
      String message = String.valueOf(e.getMessage());
      boolean taken = message.contains("in use");
      throw new Outcome(
          taken ? ExitCode.UNAVAILABLE : ExitCode.SOFTWARE,
          message,
          taken
              ? "end what listens there, or choose other ports: WAYPOINT_PORTS_HBONE and so on"
              : "please report this");
    }
  }
}
