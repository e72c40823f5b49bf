// SPDX-License-Identifier: Apache-2.0
package io.waypoint.pod;

import io.vertx.core.Vertx;
import io.waypoint.Clocks;
import io.waypoint.config.WaypointSettings;
import io.waypoint.identity.Certificates;
import io.waypoint.identity.FileCertificates;
import io.waypoint.identity.Scheduler;
import io.waypoint.identity.istiod.Istiod;
import io.waypoint.identity.istiod.IstiodCertificates;
import io.waypoint.identity.istiod.IstiodSettings;
import io.waypoint.identity.istiod.TrustFiles;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.world.MeshSettings;
import io.waypoint.world.World;
import io.waypoint.world.WorldHolder;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Our certificate and the way to istiod, which is proven by the one or the other.
 *
 * @param istiod where services are told, whoever signs our certificate
 * @param problem what keeps us from the next certificate, or null
 * @param refresh to be called when the trust domains have changed
 */
record PodIdentity(
    Certificates certificates,
    Istiod istiod,
    Supplier<@Nullable String> problem,
    Runnable refresh,
    Runnable ending) {
  static PodIdentity start(
      PodSettings settings,
      WaypointSettings.Mesh mesh,
      WorldHolder worlds,
      Vertx vertx,
      Scheduler scheduler,
      Clocks clocks) {
    IstiodSettings istiod = istiod(mesh);
    return settings.certificates() == null
        ? ofIstiod(settings, istiod, worlds, vertx, scheduler, clocks)
        : ofFiles(
            FileCertificates.Location.in(settings.certificates()),
            istiod,
            worlds,
            vertx,
            scheduler,
            clocks);
  }

  private static PodIdentity ofIstiod(
      PodSettings settings,
      IstiodSettings istiod,
      WorldHolder worlds,
      Vertx vertx,
      Scheduler scheduler,
      Clocks clocks) {
    var identity =
        new SpiffeId(
            MeshSettings.DEFAULTS.trustDomain(),
            settings.pod().namespace(),
            settings.pod().account());
    IstiodCertificates certificates =
        IstiodCertificates.start(
            istiod,
            identity,
            () -> domains(worlds),
            new IstiodCertificates.Surroundings(vertx, clocks.wall(), scheduler, clocks.secrets()));
    return new PodIdentity(
        certificates,
        certificates.istiod(),
        certificates::problem,
        () -> {
          certificates.refreshTrust();
          if (certificates.current() == null) {
            certificates.renew();
          }
        },
        certificates::close);
  }

  private static PodIdentity ofFiles(
      FileCertificates.Location location,
      IstiodSettings istiod,
      WorldHolder worlds,
      Vertx vertx,
      Scheduler scheduler,
      Clocks clocks) {
    FileCertificates certificates =
        FileCertificates.open(location, () -> domains(worlds), clocks.wall(), scheduler);
    TrustFiles trust = TrustFiles.open(istiod, scheduler);
    return new PodIdentity(
        certificates,
        new Istiod(vertx, istiod, trust, certificates::current, clocks.wall()),
        certificates::problem,
        () -> {},
        () -> {
          trust.close();
          certificates.close();
        });
  }

  private static IstiodSettings istiod(WaypointSettings.Mesh mesh) {
    int colon = mesh.istiod().lastIndexOf(':');
    String host = colon < 0 ? mesh.istiod() : mesh.istiod().substring(0, colon);
    int port =
        colon < 0
            ? IstiodSettings.DEFAULTS.port()
            : Integer.parseInt(mesh.istiod().substring(colon + 1));
    String name = mesh.istiodName();
    return new IstiodSettings(
        host,
        port,
        name == null ? host : name,
        Path.of(mesh.rootFile()),
        Path.of(mesh.revocationFile()),
        Path.of(mesh.tokenFile()),
        mesh.cluster(),
        mesh.certificateLifetime());
  }

  /** Those of the mesh's settings; before these are known, the usual one. */
  private static Set<TrustDomain> domains(WorldHolder worlds) {
    World world = worlds.current();
    MeshSettings mesh = world == null ? MeshSettings.DEFAULTS : world.mesh();
    Set<TrustDomain> domains = new HashSet<>(mesh.trust().aliases());
    domains.add(mesh.trustDomain());
    return domains;
  }

  List<String> notes() {
    String now = problem.get();
    return now == null ? List.of() : List.of("certificate: " + now);
  }
}
