// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.Clocks;
import io.waypoint.config.WaypointSettings;
import io.waypoint.dev.DevMesh;
import io.waypoint.dev.DevMeshException;
import io.waypoint.dev.DevSettings;
import io.waypoint.dev.ExternalZtunnel;
import io.waypoint.dev.LocalService;
import io.waypoint.dev.Rehearsal;
import io.waypoint.dev.controlplane.ControlPlaneSettings;
import io.waypoint.dev.ztunnel.CallerName;
import io.waypoint.identity.DevCa;
import io.waypoint.telemetry.AccessLog;
import io.waypoint.world.MeshSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "dev",
    sortOptions = false,
    description = "A whole mesh on this machine: no root, no Docker, no network.",
    footer = {
      "",
      "Examples:",
      "  waypoint dev                                the bookinfo story from examples/bookinfo",
      "  waypoint dev -f k8s/                        your own YAML, watched",
      "  waypoint dev --to http://localhost:8080     one process of yours behind a waypoint",
      "  waypoint dev -- curl http://productpage:9080/productpage",
      "  waypoint dev --external-ztunnel             a real ztunnel joins; it is said how",
      "",
      "Deployments are played by local processes: the one that annotation waypoint.dev/endpoint",
      "names, the built-in bookinfo, or an echo. Ctrl-C drains, a second Ctrl-C stops at once."
    })
final class DevCommand implements Callable<Integer> {
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Terminal terminal;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "PATH",
      description = "YAML file or folder; may be repeated.")
  private List<Path> files = List.of();

  @Option(names = "--to", paramLabel = "URL", description = "Put this process behind a waypoint.")
  private @Nullable URI to;

  @Option(
      names = "--as",
      paramLabel = "ACCOUNT.NAMESPACE",
      description = "Who calls when a request does not say (default: ${DEFAULT-VALUE}).")
  private String caller = "sleep.default";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Where SOCKS5 and plain HTTP enter the mesh (default: 15080).")
  private @Nullable Integer port;

  @Option(
      names = "--external-ztunnel",
      arity = "0..1",
      paramLabel = "DIR",
      fallbackValue = ".waypoint/ztunnel",
      description = "Let an unmodified ztunnel join, run in DIR; moves our ports by 10000.")
  private @Nullable Path external;

  @Option(names = "--any-port", description = "Let the system choose every port.")
  private boolean anyPort;

  @Option(names = "--print-addresses", description = "Print key=value lines for scripts.")
  private boolean printAddresses;

  @Option(
      names = "--access-log",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: text on a terminal, else json).")
  private Serving.LogChoice accessLog = Serving.LogChoice.auto;

  @Option(names = "--rehearse", description = "Play the bookinfo story once, check it, and end.")
  private boolean rehearse;

  @Parameters(paramLabel = "CMD", description = "Run this inside the mesh and end with it.")
  private List<String> command = List.of();

  DevCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    if (rehearse && (to != null || !files.isEmpty() || !command.isEmpty())) {
      throw new Outcome(
          ExitCode.USAGE, "--rehearse plays the built-in story only", "leave out -f, --to and CMD");
    }
    if (to != null && !files.isEmpty()) {
      throw new Outcome(ExitCode.USAGE, "--to and -f exclude each other", "use one of them");
    }
    requireCaller();
    if (to != null) {
      try (LocalService local = LocalService.at(to)) {
        return serve(List.of(local.folder()), to.toString());
      } catch (IllegalArgumentException e) {
        throw new Outcome(
            ExitCode.USAGE,
            String.valueOf(e.getMessage()),
            "for example --to http://localhost:8080");
      }
    }
    if (files.isEmpty()) {
      Path examples = Home.examples();
      return serve(List.of(examples), examples.toString());
    }
    Home.requireReadable(files);
    return serve(files, String.join(" ", files.stream().map(Path::toString).toList()));
  }

  /** Here, not at the first request: the trust domain, which no name of a caller tells, is moot. */
  private void requireCaller() {
    try {
      CallerName.parse(caller, MeshSettings.DEFAULTS.trustDomain());
    } catch (IllegalArgumentException e) {
      throw new Outcome(
          ExitCode.USAGE,
          "--as " + caller + ": " + e.getMessage(),
          "for example --as sleep.default");
    }
  }

  private int serve(List<Path> sources, String name) throws IOException, InterruptedException {
    boolean quiet = rehearse || !command.isEmpty();
    AccessLog log =
        quiet && accessLog == Serving.LogChoice.auto
            ? null
            : Serving.accessLog(terminal, accessLog);
    DevSettings settings =
        new DevSettings(
            sources,
            waypointSettings(),
            caller,
            DevCa.DAY,
            new ConsoleReport(terminal),
            reason -> terminal.err().println("ztunnel: refused: " + reason),
            log,
            BuildInfo.load().version(),
            external == null
                ? null
                : new ExternalZtunnel(
                    external.toAbsolutePath(), anyPort ? 0 : ControlPlaneSettings.PORT));
    try (DevMesh mesh = start(settings)) {
      return use(mesh, name);
    } finally {
      if (log != null) {
        log.close();
      }
    }
  }

  private int use(DevMesh mesh, String source) throws IOException, InterruptedException {
    CompletableFuture<Void> end = mesh.drainAsked();
    Signals.onFirst(() -> end.complete(null));
    if (printAddresses) {
      addresses(mesh).forEach((key, value) -> terminal.out().println(key + "=" + value));
    }
    if (rehearse) {
      boolean good = Rehearsal.play(mesh, line -> terminal.err().println("  " + line));
      return good ? new RunRehearsal(mesh, waypointSettings()).play() : ExitCode.PROBLEMS;
    }
    if (!command.isEmpty()) {
      return new Inside(mesh, caller).run(command);
    }
    new DevBanner(terminal, mesh, caller).print(BuildInfo.load(), source, Serving.age());
    if (external != null) {
      terminal.err().println("  ztunnel joins with");
      new ExternalZtunnel(external.toAbsolutePath(), 0)
          .commands(mesh.world(), mesh.controlPlanePort())
          .forEach(line -> terminal.err().println("    " + line));
      terminal.err().flush();
    }
    end.join();
    terminal.err().println("draining; Ctrl-C again to stop at once");
    mesh.drainAndClose();
    return ExitCode.OK;
  }

  private static DevMesh start(DevSettings settings) {
    try {
      return DevMesh.start(settings, Clocks.system());
    } catch (DevMeshException e) {
      String message = String.valueOf(e.getMessage());
      throw switch (e.kind()) {
        case CONFIGURATION ->
            new Outcome(ExitCode.CONFIG, message, "repair what is told above and start again");
        case ADDRESS_IN_USE ->
            new Outcome(ExitCode.UNAVAILABLE, message, "end what listens there, or use --any-port");
        case OTHER -> new Outcome(ExitCode.SOFTWARE, message, "please report this");
      };
    }
  }

  private WaypointSettings waypointSettings() {
    Map<String, String> flags = new HashMap<>();
    if (anyPort) {
      for (String name : List.of("hbone", "admin", "metrics", "readiness", "outbound")) {
        flags.put("ports." + name, "0");
      }
    }
    if (external != null && !anyPort) {
      WaypointSettings.Ports usual = WaypointSettings.DEFAULTS.ports();
      Map.of(
              "hbone", usual.hbone(),
              "admin", usual.admin(),
              "metrics", usual.metrics(),
              "readiness", usual.readiness(),
              "outbound", usual.outbound())
          .forEach((name, number) ->
              flags.put("ports." + name, Integer.toString(number + ExternalZtunnel.SHIFT)));
    }
    if (port != null) {
      flags.put("ports.outbound", Integer.toString(port));
    }
    WaypointSettings read = Serving.settings(terminal, null, flags);
    return new WaypointSettings(
        read.ports(),
        read.timeouts(),
        read.limits(),
        new WaypointSettings.Drain(Duration.ZERO, Duration.ZERO, GRACE),
        read.instance(),
        read.mesh(),
        read.keys());
  }

  private static Map<String, String> addresses(DevMesh mesh) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("outbound", "127.0.0.1:" + mesh.outbound().getPort());
    all.put("waypoint", "127.0.0.1:" + mesh.waypoint().address().getPort());
    all.put("admin", "127.0.0.1:" + mesh.waypoint().adminPort());
    all.put("metrics", "127.0.0.1:" + mesh.waypoint().metricsPort());
    all.put("readiness", "127.0.0.1:" + mesh.waypoint().readinessPort());
    return all;
  }
}
