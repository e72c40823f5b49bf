// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.Clocks;
import io.waypoint.config.WaypointSettings;
import io.waypoint.pod.PodSettings.CensusSource;
import io.waypoint.telemetry.AccessLog;
import io.waypoint.telemetry.Logging;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    sortOptions = false,
    description = "The proxy: with files, or as the pod of a Gateway in a cluster.",
    footer = {
      "",
      "Examples:",
      "  waypoint run -f k8s/ --certs certs/ --gateway bookinfo/waypoint --settings waypoint.yaml",
      "  waypoint run --kube --gateway bookinfo/waypoint",
      "  waypoint run --kube --gateway bookinfo/waypoint --discovery kubernetes --certs /tls",
      "",
      "The folder of --certs holds cert-chain.pem, key.pem and root-cert.pem, or tls.crt, tls.key",
      "and ca.crt; it is watched, as the configuration is. With --kube it may be left out: then",
      "istiod's authority is asked. SIGTERM drains; a second signal stops at once."
    })
final class RunCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "PATH",
      description = "YAML file or folder; may be repeated.")
  private List<Path> files = List.of();

  @Option(names = "--kube", description = "Take the configuration from the Kubernetes API.")
  private boolean kube;

  @Option(
      names = "--discovery",
      paramLabel = "WHO",
      defaultValue = "${env:WAYPOINT_DISCOVERY:-istiod}",
      description =
          "With --kube: who tells of services, ${COMPLETION-CANDIDATES} (default: istiod).")
  private CensusSource census = CensusSource.ISTIOD;

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "With --kube, outside of a pod: a context of the kubeconfig.")
  private @Nullable String context;

  @Option(
      names = "--certs",
      paramLabel = "DIR",
      description = "Our certificate, its key and the roots we trust.")
  private @Nullable Path certs;

  @Option(
      names = "--gateway",
      paramLabel = "NS/NAME",
      description =
          "Which Gateway we are; with -f only needed when there are several of our class.")
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
    check();
    Map<String, String> flags = new HashMap<>();
    if (gateway != null) {
      flags.put("instance.gateway", gateway);
    }
    WaypointSettings settings = Serving.settings(terminal, settingsFile, flags);
    AccessLog log = Serving.accessLog(terminal, accessLog);
    Clocks clocks = Clocks.system();
    Logging.Session logging =
        Logging.start(
            System.err,
            terminal.person() ? AccessLog.Format.TEXT : AccessLog.Format.JSON,
            clocks.wall());
    try {
      var serving = new Serving(terminal, settings, InetAddress.getByName(listen), log, clocks);
      return kube
          ? new KubeRun(serving, census, context, certs).serve(System.getenv())
          : new FileRun(serving, files, certs == null ? Path.of(".") : certs).serve();
    } finally {
      logging.close();
      if (log != null) {
        log.close();
      }
    }
  }

  private void check() {
    if (kube == !files.isEmpty()) {
      throw new Outcome(
          ExitCode.USAGE,
          kube ? "--kube and -f exclude each other" : "the configuration is missing",
          "say -f PATH for files, or --kube for a cluster");
    }
    if (!kube && context != null) {
      throw new Outcome(ExitCode.USAGE, "--context is for --kube", "leave it out");
    }
    if (!kube && certs == null) {
      throw new Outcome(
          ExitCode.USAGE, "--certs is missing", "name the folder of our certificate: --certs DIR");
    }
    Home.requireReadable(files);
    if (certs != null) {
      Home.requireReadable(List.of(certs));
    }
  }
}
