// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load;

import io.waypoint.load.report.CellResult;
import io.waypoint.load.report.RunResult;
import io.waypoint.load.report.Store;
import io.waypoint.load.rig.Contender;
import io.waypoint.load.rig.Contest;
import io.waypoint.load.rig.Cores;
import io.waypoint.load.rig.Effort;
import io.waypoint.load.rig.EnvoyProxy;
import io.waypoint.load.rig.HaproxyProxy;
import io.waypoint.load.rig.OurWaypoint;
import io.waypoint.load.rig.Plan;
import io.waypoint.load.rig.Progress;
import io.waypoint.load.rig.RigException;
import io.waypoint.load.rig.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures scenarios one cell after the other. Ctrl-C ends it with a report of what there is. */
abstract class BenchRun implements Callable<Integer> {
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
  private static final int FIRST_NETWORK = 200;
  private static final int NETWORKS = 50;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where figures and page go (default: load-tests/target/bench/TIME).")
  private @Nullable Path out;

  @Option(names = "--pairs", paramLabel = "N", description = "Instead of the scenario's.")
  private int pairs;

  @Option(names = "--window", paramLabel = "SECONDS", description = "Of each measurement.")
  private int window;

  @Option(names = "--warmup", paramLabel = "SECONDS", description = "Of each system.")
  private int warmup;

  private final Progress progress = new Screen();
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean stopped;
  private volatile @Nullable Contest contest;

  /** The names of what to run. */
  abstract List<String> scenarios(Home home);

  /** Whether cells that {@code --out} has already are left as they are. */
  boolean resumes() {
    return false;
  }

  @Command(name = "quick", description = "Us and Envoy on a small GET, indicative.")
  static final class Quick extends BenchRun {
    @Override
    List<String> scenarios(Home home) {
      return List.of("quick");
    }
  }

  @Command(name = "run", description = "Scenarios by name; see 'list'.")
  static final class Run extends BenchRun {
    @Parameters(arity = "1..*", paramLabel = "SCENARIO")
    private List<String> names = List.of();

    @Override
    List<String> scenarios(Home home) {
      return names;
    }
  }

  @Command(
      name = "matrix",
      description = "Everything. Called again with the same --out it resumes.")
  static final class Matrix extends BenchRun {
    @Override
    List<String> scenarios(Home home) {
      return home.scenarios().stream().filter(name -> !name.equals("quick")).toList();
    }

    @Override
    boolean resumes() {
      return true;
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Home home = Home.ofProcess();
    List<Scenario> scenarios = scenarios(home).stream().map(home::scenario).toList();
    Path folder =
        out != null
            ? out
            : home.root()
                .resolve("load-tests/target/bench")
                .resolve(LocalDateTime.now(ZoneId.systemDefault()).format(STAMP));
    Files.createDirectories(folder);
    Cores cores = Cores.take();
    List<Contender> contenders =
        List.of(
            new OurWaypoint(home.launcher(), home.commit() + ", flags of bin/waypoint"),
            EnvoyProxy.installed(home.cache(), System.err),
            HaproxyProxy.found());
    Thread hook = new Thread(this::interrupted, "ctrl-c");
    Runtime.getRuntime().addShutdownHook(hook);
    List<CellResult> cells = new ArrayList<>(known(folder));
    try {
      for (Scenario scenario : scenarios) {
        for (Scenario.Entry entry : scenario.cells()) {
          String name = scenario.name() + "/" + entry.cell().name();
          boolean there =
              cells.stream().anyMatch(cell -> (cell.scenario() + "/" + cell.cell()).equals(name));
          if (!stopped && !there) {
            progress.line(name);
            cells.add(measure(scenario, entry, contenders, cores, folder));
            Store.write(folder, result(home, contenders, cells));
          }
        }
      }
      RunResult result = result(home, contenders, cells);
      Store.write(folder, result);
      return BenchReport.conclude(home, result, folder);
    } finally {
      over.countDown();
      if (!stopped) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    }
  }

  private List<CellResult> known(Path folder) throws IOException {
    return resumes() && Store.isThere(folder) ? Store.read(folder).cells() : List.of();
  }

  private RunResult result(Home home, List<Contender> contenders, List<CellResult> cells) {
    Map<String, String> versions = new LinkedHashMap<>();
    contenders.forEach(contender -> versions.put(contender.name(), contender.version()));
    return new RunResult(home.machine(versions), List.copyOf(cells), !stopped);
  }

  private CellResult measure(
      Scenario scenario, Scenario.Entry entry, List<Contender> contenders, Cores cores, Path folder)
      throws IOException, InterruptedException {
    int network = (int) (FIRST_NETWORK + ProcessHandle.current().pid() % NETWORKS);
    Effort effort = entry.effort().with(warmup, pairs, window);
    Path own = folder.resolve(Contest.slug(scenario.name() + "-" + entry.cell().name()));
    try (Contest running =
        new Contest(new Plan(entry.cell(), network), effort, cores, own, progress)) {
      contest = running;
      for (Contender contender : contenders) {
        if (!stopped) {
          running.enter(contender);
        }
      }
      running.warmUp();
      running.measure();
      running.lookAround();
      return running.result(scenario.name(), scenario.question());
    } finally {
      contest = null;
    }
  }

  /** Lets the window end and the report be written before the process ends. */
  private void interrupted() {
    stopped = true;
    Contest running = contest;
    if (running != null) {
      running.stop();
    }
    try {
      if (!over.await(30, TimeUnit.SECONDS)) {
        System.err.println("waypoint bench: no report, something did not end");
      }
    } catch (InterruptedException e) {
      throw new RigException("interrupted", e);
    }
  }
}
