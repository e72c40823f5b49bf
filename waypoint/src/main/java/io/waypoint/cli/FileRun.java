// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.Waypoint;
import io.waypoint.config.NameServers;
import io.waypoint.config.Problem;
import io.waypoint.discovery.dns.HostResolver;
import io.waypoint.discovery.file.FileDiscovery;
import io.waypoint.discovery.translate.LocalTable;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.discovery.translate.Translator;
import io.waypoint.identity.FileCertificates;
import io.waypoint.identity.Scheduler;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.telemetry.Telemetry;
import io.waypoint.telemetry.TelemetrySettings;
import io.waypoint.world.GatewayName;
import io.waypoint.world.MeshSettings;
import io.waypoint.world.World;
import io.waypoint.world.WorldHolder;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** The proxy with configuration and certificates from files. */
record FileRun(Serving serving, List<Path> files, Path certs) {
  /** Serves until a signal comes or the admin port asks for the end. */
  int serve() {
    CompletableFuture<Void> end = new CompletableFuture<>();
    Signals.onFirst(() -> end.complete(null));
    return serve(end);
  }

  /** Serves until {@code end} is complete. */
  int serve(CompletableFuture<Void> end) {
    WorldHolder worlds = new WorldHolder();
    ScheduledExecutorService renewals =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("certificates").factory());
    try (HostResolver hosts =
            HostResolver.start(
                NameServers.parse(serving.settings().instance().nameServers()),
                HostResolver.Pace.DEFAULT);
        FileDiscovery discovery = discovery(worlds, hosts)) {
      if (!discovery.start()) {
        throw new Outcome(
            ExitCode.CONFIG,
            "the configuration cannot be used",
            "repair what is told above; 'waypoint validate' tells it again");
      }
      try (FileCertificates certificates = certificates(worlds, Scheduler.on(renewals))) {
        return serve(worlds, discovery, certificates, end);
      }
    } finally {
      renewals.shutdownNow();
    }
  }

  private FileDiscovery discovery(WorldHolder worlds, HostResolver hosts) {
    var instance = serving.settings().instance();
    String name = instance.gateway();
    Scope scope = Scope.of(name == null ? null : GatewayName.parse(name), instance.rootNamespace());
    return new FileDiscovery(
        files,
        new Translator(scope, LocalTable.ANNOTATED, hosts),
        worlds,
        new ConsoleReport(serving.terminal()),
        FileDiscovery.Pace.DEFAULT);
  }

  private FileCertificates certificates(WorldHolder worlds, Scheduler scheduler) {
    FileCertificates certificates =
        FileCertificates.open(
            FileCertificates.Location.in(certs),
            () -> domains(worlds),
            serving.clocks().wall(),
            scheduler);
    String problem = certificates.problem();
    if (problem != null) {
      certificates.close();
      throw new Outcome(
          ExitCode.CONFIG, problem, "--certs holds cert-chain.pem, key.pem and root-cert.pem");
    }
    return certificates;
  }

  private static Set<TrustDomain> domains(WorldHolder worlds) {
    World world = worlds.current();
    MeshSettings mesh = world == null ? MeshSettings.DEFAULTS : world.mesh();
    Set<TrustDomain> domains = new HashSet<>(mesh.trust().aliases());
    domains.add(mesh.trustDomain());
    return domains;
  }

  private int serve(
      WorldHolder worlds,
      FileDiscovery discovery,
      FileCertificates certificates,
      CompletableFuture<Void> end) {
    String version = BuildInfo.load().version();
    var telemetry =
        new Telemetry(
            TelemetrySettings.of(version),
            serving.clocks().nanos(),
            serving.clocks().wall(),
            serving.accessLog());
    Waypoint waypoint =
        serving.start(() ->
            Waypoint.start(
                    serving.settings(),
                    new Waypoint.Surroundings(
                        worlds,
                        certificates,
                        telemetry,
                        () -> discovery.problems().stream().map(Problem::toString).toList(),
                        serving.listen(),
                        serving.listen().getHostAddress(),
                        serving.listen(),
                        version,
                        () -> end.complete(null)),
                    serving.clocks())
                .await());
    serving.announce(waypoint, version);
    end.join();
    serving.terminal().err().println("draining");
    waypoint.drain().await();
    return ExitCode.OK;
  }
}
