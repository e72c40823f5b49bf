// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.Clocks;
import io.waypoint.Waypoint;
import io.waypoint.config.Doc;
import io.waypoint.config.Problem;
import io.waypoint.config.ProblemText;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.config.WaypointSettings;
import io.waypoint.hbone.Machinery;
import io.waypoint.telemetry.AccessLog;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the commands that serve have in common.
 *
 * @param listen where callers dial
 * @param accessLog null for none
 */
record Serving(
    Terminal terminal,
    WaypointSettings settings,
    InetAddress listen,
    @Nullable AccessLog accessLog,
    Clocks clocks) {
  /** Where the access log goes. */
  enum LogChoice {
    auto,
    text,
    json,
    none
  }

  /**
   * The settings of the process: flag, then variable, then file.
   *
   * @param file {@code waypoint.yaml}, or null without one
   */
  static WaypointSettings settings(
      Terminal terminal, @Nullable Path file, Map<String, String> flags) {
    Problems problems = new Problems();
    Doc doc = null;
    if (file != null) {
      try {
        List<Doc> docs = Doc.read(Source.file(file.toString(), Files.readString(file)), problems);
        doc = docs.isEmpty() ? null : docs.getFirst();
      } catch (IOException e) {
        throw new Outcome(ExitCode.NO_INPUT, "cannot read " + file, "check the path");
      }
    }
    WaypointSettings settings = WaypointSettings.read(doc, System.getenv(), flags, problems);
    List<Problem> said = problems.sorted();
    said.forEach(problem -> terminal.err().println(ProblemText.of(problem)));
    if (said.stream().anyMatch(Problem::isError)) {
      throw new Outcome(
          ExitCode.CONFIG,
          "the settings cannot be used",
          "they come from flags, WAYPOINT_* variables and waypoint.yaml, in this order");
    }
    return settings;
  }

  static @Nullable AccessLog accessLog(Terminal terminal, LogChoice choice) {
    AccessLog.Format format =
        switch (choice) {
          case none -> null;
          case text -> AccessLog.Format.TEXT;
          case json -> AccessLog.Format.JSON;
          case auto -> terminal.person() ? AccessLog.Format.TEXT : AccessLog.Format.JSON;
        };
    return format == null ? null : new AccessLog(System.out, format, "cluster.local");
  }

  /** Starts a proxy; what keeps it from it is explained. */
  <T> T start(Supplier<T> starting) {
    try {
      return starting.get();
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

  /** Says where it serves. */
  void announce(Waypoint waypoint, String version) {
    terminal
        .err()
        .println(
            "waypoint "
                + version
                + " serves HBONE on "
                + listen.getHostAddress()
                + ":"
                + waypoint.address().getPort()
                + " ("
                + Machinery.present()
                + "), ready in "
                + age());
  }

  /** Seconds since the JVM was started. Not formatted: that takes 15 ms, the first time. */
  static String age() {
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    long tenths = (System.currentTimeMillis() - started + 50) / 100;
    return tenths / 10 + "." + tenths % 10 + " s";
  }
}
