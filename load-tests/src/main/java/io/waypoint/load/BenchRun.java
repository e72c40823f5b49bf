// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load;

import io.waypoint.load.report.CellResult;
import io.waypoint.load.report.RunResult;
import io.waypoint.load.report.Store;
import io.waypoint.load.rig.Contender;
import io.waypoint.load.rig.Contest;
import io.waypoint.load.rig.Cores;
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
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
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

  /** What to run. */
  abstract List<Scenario> scenarios(Home home);

  /** Whether cells that {@code --out} has already are left as they are. */
  boolean resumes() {
    return false;
  }

  @Command(name = "quick", description = "Us and Envoy on a small GET, indicative.")
  static final class Quick extends BenchRun {
    @Override
    List<Scenario> scenarios(Home home) {
      return List.of(home.scenario("quick"));
    }
  }

  @Command(name = "run", description = "Scenarios by name; see 'list'.")
  static final class Run extends BenchRun {
    @Parameters(arity = "1..*", paramLabel = "SCENARIO")
    private List<String> names = List.of();

    @Override
    List<Scenario> scenarios(Home home) {
      return names.stream().map(home::scenario).toList();
    }
  }

  @Command(
      name = "matrix",
      description = "All of them. Called again with the same --out it resumes.")
  static final class Matrix extends BenchRun {
    @Override
    List<Scenario> scenarios(Home home) {
      return home.matrix();
    }

    @Override
    boolean resumes() {
      return true;
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Home home = Home.ofProcess();
    List<Scenario> scenarios =
        scenarios(home).stream().map(scenario -> scenario.with(warmup, pairs, window)).toList();
    Path folder =
        out != null
            ? out.toAbsolutePath().normalize()
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
    RunResult known = known(folder);
    List<CellResult> cells = new ArrayList<>(known == null ? List.of() : known.cells());
    String commits = commits(home.commit(), known);
    List<String> failed = new ArrayList<>();
    try {
      progress.line("about " + minutes(missing(scenarios, cells)) + " minutes");
      for (Scenario scenario : missing(scenarios, cells)) {
        for (Scenario.Entry entry : scenario.cells()) {
          if (!stopped) {
            String name = scenario.name() + "/" + entry.cell().name();
            progress.line(name);
            try {
              cells.add(measure(scenario, entry, contenders, cores, folder));
              Store.write(folder, result(home, commits, contenders, cells));
            } catch (RigException e) {
              // The rest of an hour is not lost for one of its cells.
              progress.line(name + " was not measured: " + e.getMessage());
              failed.add(name);
            }
          }
        }
      }
      RunResult result = result(home, commits, contenders, cells);
      Store.write(folder, result);
      int code = BenchReport.conclude(home, result, List.of(folder), folder);
      failed.forEach(name -> progress.line("not measured: " + name));
      return failed.isEmpty() ? code : Bench.UNAVAILABLE;
    } finally {
      over.countDown();
      if (!stopped) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    }
  }

  /** About how long it takes. */
  static int minutes(List<Scenario> scenarios) {
    int seconds =
        scenarios.stream()
            .flatMap(scenario -> scenario.cells().stream())
            .mapToInt(entry -> entry.effort().seconds(entry.cell()))
            .sum();
    return Math.ceilDiv(seconds, 60);
  }

  /** What of these was not measured yet. */
  static List<Scenario> missing(List<Scenario> scenarios, List<CellResult> cells) {
    Set<String> there =
        cells.stream().map(cell -> cell.scenario() + "/" + cell.cell()).collect(Collectors.toSet());
    return scenarios.stream()
        .map(scenario ->
            new Scenario(
                scenario.name(),
                scenario.question(),
                scenario.cells().stream()
                    .filter(entry -> !there.contains(scenario.name() + "/" + entry.cell().name()))
                    .toList()))
        .toList();
  }

  /** What an earlier call has finished; a cell in which it was stopped is measured anew. */
  private @Nullable RunResult known(Path folder) throws IOException {
    if (!resumes() || !Store.isThere(folder)) {
      return null;
    }
    RunResult result = Store.read(folder);
    return new RunResult(
        result.machine(), result.cells().stream().filter(CellResult::complete).toList(), false);
  }

  /** All that figures of one folder are of, the earliest first. */
  static String commits(String now, @Nullable RunResult known) {
    if (known == null || known.cells().isEmpty()) {
      return now;
    }
    String before = known.machine().commit();
    return before.equals(now) || before.endsWith(" and " + now) ? before : before + " and " + now;
  }

  private RunResult result(
      Home home, String commits, List<Contender> contenders, List<CellResult> cells) {
    Map<String, String> versions = new LinkedHashMap<>();
    contenders.forEach(contender -> versions.put(contender.name(), contender.version()));
    return new RunResult(home.machine(commits, versions), List.copyOf(cells), !stopped);
  }

  private CellResult measure(
      Scenario scenario, Scenario.Entry entry, List<Contender> contenders, Cores cores, Path folder)
      throws IOException, InterruptedException {
    int network = (int) (FIRST_NETWORK + ProcessHandle.current().pid() % NETWORKS);
    Path own = folder.resolve(Contest.slug(scenario.name() + "-" + entry.cell().name()));
    try (Contest running =
        new Contest(new Plan(entry.cell(), network), entry.effort(), cores, own, progress)) {
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
