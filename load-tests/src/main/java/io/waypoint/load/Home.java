// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load;

import io.waypoint.config.ProblemText;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.load.report.Machine;
import io.waypoint.load.report.Thresholds;
import io.waypoint.load.rig.Cores;
import io.waypoint.load.rig.RigException;
import io.waypoint.load.rig.Scenario;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The source tree that the harness was started from: scenarios, thresholds, the launcher. */
record Home(Path root, Path cache) {
  /** As the launcher says. */
  static Home ofProcess() {
    Path root = Path.of(System.getProperty("waypoint.home", "."));
    String cache = System.getProperty("waypoint.bench.cache");
    return new Home(root, cache == null ? root.resolve(".waypoint/bench") : Path.of(cache));
  }

  Path launcher() {
    return root.resolve("bin/waypoint").toAbsolutePath().normalize();
  }

  List<String> scenarios() {
    try (var files = Files.list(root.resolve("load-tests/scenarios"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .map(name -> name.substring(0, name.length() - ".yaml".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new RigException("there are no scenarios at " + root.resolve("load-tests/scenarios"));
    }
  }

  private static long quotable(Scenario scenario) {
    return scenario.cells().stream().filter(entry -> !entry.effort().isIndicative()).count();
  }

  /** What {@code bench matrix} measures, what has most of the rows to be quoted first. */
  List<Scenario> matrix() {
    return scenarios().stream()
        .filter(name -> !name.equals("quick"))
        .map(name -> scenario(name).ofMatrix())
        .filter(scenario -> !scenario.cells().isEmpty())
        .sorted(Comparator.comparingLong(Home::quotable).reversed())
        .toList();
  }

  Scenario scenario(String name) {
    Path file = root.resolve("load-tests/scenarios").resolve(name + ".yaml");
    Problems problems = new Problems();
    try {
      Scenario scenario =
          Scenario.read(name, Source.file(file.toString(), Files.readString(file)), problems);
      problems.sorted().forEach(problem -> System.err.println(ProblemText.of(problem)));
      if (scenario == null) {
        throw new RigException(file + " cannot be used");
      }
      return scenario;
    } catch (IOException e) {
      throw new RigException(
          "there is no scenario " + name + "; there are " + String.join(", ", scenarios()));
    }
  }

  Thresholds thresholds() {
    Path file = root.resolve("load-tests/thresholds.yaml");
    Problems problems = new Problems();
    try {
      Thresholds thresholds =
          Thresholds.read(Source.file(file.toString(), Files.readString(file)), problems);
      problems.sorted().forEach(problem -> System.err.println(ProblemText.of(problem)));
      if (problems.hasErrors()) {
        throw new RigException(file + " cannot be used");
      }
      return thresholds;
    } catch (IOException e) {
      throw new RigException("cannot read " + file);
    }
  }

  /**
   * @param commits that the figures are of
   */
  Machine machine(String commits, Map<String, String> versions) {
    return new Machine(
        processor(),
        Cores.ofMachine(),
        said("uname", "-sr"),
        Runtime.version().toString(),
        commits,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        true,
        versions);
  }

  String commit() {
    String commit = said("git", "-C", root.toString(), "rev-parse", "--short", "HEAD");
    String changed = said("git", "-C", root.toString(), "status", "--porcelain", "-uno");
    return commit + (changed.isEmpty() ? "" : ", changed");
  }

  private static String processor() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String said(String... command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }
}
