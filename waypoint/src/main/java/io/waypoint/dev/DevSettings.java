// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import io.waypoint.config.WaypointSettings;
import io.waypoint.dev.ztunnel.RefusedCallers;
import io.waypoint.discovery.file.DiscoveryReport;
import io.waypoint.identity.DevCa;
import io.waypoint.telemetry.AccessLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a mesh on this machine is made of.
 *
 * @param files YAML files and folders
 * @param waypoint the proxy's own settings, ports included
 * @param caller who calls through the plain HTTP side without saying so
 * @param certificateLifetime of every certificate
 * @param report told what becomes of the files
 * @param refused told of connections that were not let into the mesh
 * @param accessLog where requests are written down, or null; stays the caller's to close
 * @param version ours
 * @param external a ztunnel of somebody else's that takes part, or null
 */
public record DevSettings(
    List<Path> files,
    WaypointSettings waypoint,
    String caller,
    Duration certificateLifetime,
    DiscoveryReport report,
    RefusedCallers refused,
    @Nullable AccessLog accessLog,
    String version,
    @Nullable ExternalZtunnel external) {
  /** With our own ztunnel alone. */
  public DevSettings(
      List<Path> files,
      WaypointSettings waypoint,
      String caller,
      Duration certificateLifetime,
      DiscoveryReport report,
      RefusedCallers refused,
      @Nullable AccessLog accessLog,
      String version) {
    this(files, waypoint, caller, certificateLifetime, report, refused, accessLog, version, null);
  }

  public DevSettings {
    files = List.copyOf(files);
  }

  /** Every port chosen by the system and nothing printed: what a test wants. */
  public static DevSettings quiet(List<Path> files) {
    WaypointSettings defaults = WaypointSettings.DEFAULTS;
    return new DevSettings(
        files,
        new WaypointSettings(
            new WaypointSettings.Ports(0, 0, 0, 0, 0),
            defaults.timeouts(),
            defaults.limits(),
            new WaypointSettings.Drain(Duration.ZERO, Duration.ZERO, Duration.ofSeconds(5)),
            defaults.instance()),
        "sleep.default",
        DevCa.DAY,
        new Silence(),
        reason -> {},
        null,
        "test");
  }

  public DevSettings withWaypoint(WaypointSettings settings) {
    return new DevSettings(
        files,
        settings,
        caller,
        certificateLifetime,
        report,
        refused,
        accessLog,
        version,
        external);
  }

  public DevSettings withCertificateLifetime(Duration lifetime) {
    return new DevSettings(
        files, waypoint, caller, lifetime, report, refused, accessLog, version, external);
  }

  public DevSettings withReport(DiscoveryReport told) {
    return new DevSettings(
        files, waypoint, caller, certificateLifetime, told, refused, accessLog, version, external);
  }

  public DevSettings withExternal(ExternalZtunnel ztunnel) {
    return new DevSettings(
        files, waypoint, caller, certificateLifetime, report, refused, accessLog, version, ztunnel);
  }
}
