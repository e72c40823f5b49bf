// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.config.Doc;
import io.waypoint.config.Problem;
import io.waypoint.config.ProblemText;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.config.WaypointSettings;
import io.waypoint.telemetry.AccessLog;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the commands that serve have in common. */
final class Serving {
  /** Where the access log goes. */
  enum LogChoice {
    auto,
    text,
    json,
    none
  }

  private Serving() {}

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

  /** Seconds since the JVM was started. */
  static String age() {
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    return "%.1f s".formatted((System.currentTimeMillis() - started) / 1000.0);
  }
}
