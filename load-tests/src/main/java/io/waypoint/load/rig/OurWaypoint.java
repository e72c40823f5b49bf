// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code bin/waypoint run}, as its users start it. */
public final class OurWaypoint implements Contender {
  private static final int PATIENCE = 120;

  private final Path launcher;
  private final String version;

  /**
   * @param launcher {@code bin/waypoint}
   */
  public OurWaypoint(Path launcher, String version) {
    this.launcher = launcher;
    this.version = version;
  }

  @Override
  public String name() {
    return "waypoint";
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public @Nullable String missing() {
    return Files.isExecutable(launcher) ? null : "there is no " + launcher;
  }

  @Override
  public boolean isCompiledBefore() {
    return false;
  }

  /** The file that it reads and watches. */
  static Path configuration(Path folder) {
    return folder.resolve("mesh").resolve("mesh.yaml");
  }

  @Override
  public Running start(Site site) throws IOException, InterruptedException {
    Path file = configuration(site.folder());
    Path mesh = Files.createDirectories(site.folder().resolve("mesh"));
    Files.writeString(file, WaypointConfig.of(site.plan()));
    int port = Contender.freePort();
    int readiness = Contender.freePort();
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("WAYPOINT_PORTS_HBONE", Integer.toString(port));
    environment.put("WAYPOINT_PORTS_ADMIN", "0");
    environment.put("WAYPOINT_PORTS_METRICS", "0");
    environment.put("WAYPOINT_PORTS_READINESS", Integer.toString(readiness));
    boolean log = site.plan().cell().mesh().accessLog();
    Pinned process =
        Pinned.start(
            name(),
            site.core(),
            List.of(
                launcher.toString(),
                "run",
                "-f",
                mesh.toString(),
                "--certs",
                site.certificates().toString(),
                "--listen",
                "127.0.0.1",
                "--access-log",
                log ? "json" : "none"),
            environment,
            site.folder().resolve("access.log"),
            site.folder().resolve("stderr.log"));
    String ready = "http://127.0.0.1:" + readiness + "/healthz/ready";
    try {
      double started = process.await(() -> Contender.answers(ready), PATIENCE);
      return new Running(process, Contender.target(port), started);
    } catch (RigException e) {
      process.close();
      throw e;
    }
  }
}
