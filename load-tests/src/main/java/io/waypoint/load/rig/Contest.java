// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import io.waypoint.identity.DevCa;
import io.waypoint.load.report.CellResult;
import io.waypoint.load.report.RateBasis;
import io.waypoint.load.report.Window;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One cell for several systems: everything is started, warmed up in a closed loop and a little at
 * the rate of the windows, then measured in turns at that rate.
 *
 * <pre>
 *   backends, systems ──► warm-up, capacities ──► A B │ B A │ A B …
 * </pre>
 */
public final class Contest implements AutoCloseable {
  private static final String WARMING = "warming up ";

  private final Plan plan;
  private final Effort effort;
  private final Progress progress;
  private final Path folder;
  private final Cores cores;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> missing = new LinkedHashMap<>();
  private final Map<String, Double> capacities = new LinkedHashMap<>();
  private final Map<String, ProcessMeter.Resident> idle = new LinkedHashMap<>();
  private final Map<String, ProcessMeter.Resident> loaded = new LinkedHashMap<>();
  private final List<Window> windows = new ArrayList<>();
  private final List<ProcessMeter> everybody = new ArrayList<>();
  private final DevCa ca =
      DevCa.create(Plan.TRUST, DevCa.DAY, InstantSource.system(), new SecureRandom());
  private final Generator generator;
  private final Map<String, Double> rested = new LinkedHashMap<>();
  private final Map<String, Double> calls = new LinkedHashMap<>();
  private int flips;
  private int rotations;
  private final Pinned backends;
  private double offered;
  private RateBasis basis = new RateBasis(RateBasis.Kind.SHARE, 0, 0);
  private volatile boolean stopped;
  private volatile Generator.@Nullable Session running;

  /** A system that takes part. */
  private record Entry(
      Contender.Running running,
      Generator.Session session,
      Generator.Company company,
      ProcessMeter meter,
      Contender contender) {}

  /**
   * @param folder for configurations, outputs and histograms of this cell
   */
  public Contest(Plan plan, Effort effort, Cores cores, Path folder, Progress progress)
      throws IOException, InterruptedException {
    this.plan = plan;
    this.effort = effort;
    this.cores = cores;
    this.folder = folder;
    this.progress = progress;
    this.generator =
        plan.cell().load().wire() == Cell.Wire.HANDSHAKE
            ? Generator.forgetful(ca.issue(Plan.caller()))
            : new Generator(ca.issue(Plan.caller()));
    Path certificates = folder.resolve("certs");
    for (Plan.Version version : Plan.Version.values()) {
      Folders.certificates(certificates.resolve(version.label()), ca, Plan.workload(version));
    }
    this.backends =
        BackendProcess.start(plan, certificates, folder.resolve("backends"), cores.rig());
    everybody.add(new ProcessMeter(backends.pid()));
    everybody.add(new ProcessMeter(ProcessHandle.current().pid()));
  }

  /** Starts a system and opens the tunnels to it; one that cannot take part is remembered. */
  public void enter(Contender contender) throws IOException, InterruptedException {
    if (contender.isThermometer() && !plan.cell().thermometer()) {
      return;
    }
    String why = contender.missing();
    if (why != null) {
      missing.put(contender.name(), why);
      progress.line(contender.name() + " is missing: " + why);
      return;
    }
    progress.now("starting " + contender.name());
    Path own = folder.resolve(contender.name());
    Path certificates = Folders.certificates(own.resolve("certs"), ca, Plan.waypoint());
    Contender.Running started =
        contender.start(new Contender.Site(plan, own, certificates, cores.system()));
    try {
      ProcessMeter meter = new ProcessMeter(started.process().pid());
      idle.put(contender.name(), meter.resident());
      Generator.Session session =
          generator.open(started.target(), plan.cell().load(), plan.paths(), plan.token());
      Generator.Company company =
          generator.accompany(started.target(), plan.cell(), plan.paths(), plan.token());
      entries.put(contender.name(), new Entry(started, session, company, meter, contender));
      everybody.add(meter);
    } catch (IllegalStateException e) {
      started.close();
      missing.put(contender.name(), "it does not take this load: " + e.getMessage());
      progress.line(contender.name() + " does not take this load: " + e.getMessage());
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  /** Ends the window under way and starts no further one; from any thread. */
  public void stop() {
    stopped = true;
    Generator.Session now = running;
    if (now != null) {
      now.stop();
    }
  }

  /** Warms everybody up and finds the rate of the windows. */
  public void warmUp() {
    entries.forEach((name, entry) -> {
      int seconds = effort.warmup(entry.contender().isCompiledBefore());
      progress.now(WARMING + name + " for " + seconds + " s");
      // The rate of the last third: what was compiled is in it, what was not is not.
      closedLoop(entry.session(), seconds * 2.0 / 3);
      Tally last = closedLoop(entry.session(), seconds / 3.0);
      capacities.put(name, last.rate());
      if (!last.failures().isEmpty()) {
        progress.line(name + " fails under load: " + last.failures());
      }
    });
    // Last: generator and backends are compiled by now, and their ceiling is no colder than it was
    // for the others.
    direct();
    double smallest =
        capacities.entrySet().stream()
            .filter(each -> !isThermometer(each.getKey()))
            .mapToDouble(Map.Entry::getValue)
            .min()
            .orElse(0);
    basis = plan.cell().offer().basis(smallest);
    offered = basis.rate(smallest);
    if (basis.kind() == RateBasis.Kind.LOWERED && !stopped) {
      progress.line(
          "warning: %,.0f/s %s, %,.0f/s: not comparable with the other cells"
              .formatted(offered, basis.words(), smallest));
    }
    practise();
  }

  /**
   * Once at the rate of the windows: a closed loop never waits for a due time, so the pacer's part
   * of that is not compiled before, and the first window would measure the compiler.
   */
  private void practise() {
    entries.forEach((name, entry) -> {
      progress.now(WARMING + name + " at " + Math.round(offered) + "/s");
      running = entry.session();
      if (!stopped && offered > 0) {
        entry.session().openLoop(offered, Effort.PRACTICE);
      }
    });
  }

  private boolean isThermometer(String name) {
    Entry entry = entries.get(name);
    return entry != null && entry.contender().isThermometer();
  }

  private void direct() {
    Target target =
        new Target.Tunnels(
            new InetSocketAddress(plan.pods(Plan.Version.V1).getFirst(), Plan.HBONE),
            Plan.workload(Plan.Version.V1).uri(),
            plan.pods(Plan.Version.V1).getFirst() + ":" + Plan.APP);
    progress.now("the rig alone for " + effort.direct() + " s");
    try (Generator.Session session =
        generator.open(target, plan.cell().load(), plan.paths(), plan.token())) {
      closedLoop(session, effort.direct() / 2.0);
      capacities.put(CellResult.DIRECT, closedLoop(session, effort.direct() / 2.0).rate());
    }
  }

  private Tally closedLoop(Generator.Session session, double seconds) {
    running = session;
    return stopped ? new Tally() : session.closedLoop(seconds);
  }

  /** All pairs; fewer when it was stopped. */
  public void measure() throws IOException {
    List<String> order = new ArrayList<>(entries.keySet());
    for (int pair = 0; pair < effort.pairs() && !stopped; pair++) {
      for (String name : pair % 2 == 0 ? order : order.reversed()) {
        if (!stopped && (name.equals(CellResult.OURS) || pair < effort.peerPairs())) {
          windows.add(window(name, pair));
        }
      }
    }
  }

  /** Memory some time after the load, and system calls; what takes no part in any other figure. */
  public void lookAround() throws IOException, InterruptedException {
    if (plan.cell().rest() == 0) {
      return;
    }
    entries.forEach((name, entry) -> loaded.put(name, entry.meter().resident()));
    for (int left = plan.cell().rest(); left > 0 && !stopped; left--) {
      progress.now("nobody asks anything for another " + left + " s");
      Thread.sleep(1_000);
    }
    entries.forEach((name, entry) -> {
      ProcessMeter.Resident now = entry.meter().resident();
      rested.put(name, now.anonymous() + now.files());
    });
    String why = SystemCalls.missing();
    if (why != null) {
      progress.line(why);
      return;
    }
    for (Map.Entry<String, Entry> each : entries.entrySet()) {
      if (!stopped) {
        progress.now("counting system calls of " + each.getKey());
        Generator.Session session = each.getValue().session();
        double counted =
            SystemCalls.during(
                each.getValue().running().process().pid(),
                folder.resolve(each.getKey()).resolve("calls.txt"),
                () -> session.openLoop(Math.min(offered, SystemCalls.RATE), SystemCalls.SECONDS));
        if (!Double.isNaN(counted)) {
          calls.put(each.getKey(), counted);
        }
      }
    }
  }

  private Window window(String name, int pair) throws IOException {
    Entry entry = Objects.requireNonNull(entries.get(name));
    String what =
        "pair " + (pair + 1) + " of " + effort.pairs() + ", " + name + " at " + Math.round(offered);
    progress.now(what + "/s");
    NoiseGauge noise = new NoiseGauge(everybody);
    running = entry.session();
    noise.start();
    ProcessMeter.Cpu before = entry.meter().cpu();
    Tally tally;
    Repeated flipping = flipping(name);
    Repeated rotating = rotating(name);
    try (flipping;
        rotating) {
      tally = entry.session().openLoop(offered, effort.window());
    }
    flips += flipping == null ? 0 : flipping.times();
    rotations += rotating == null ? 0 : rotating.times();
    long beside = entry.company().failures();
    if (beside > 0) {
      tally.failures().put("lost or wrong beside", beside);
    }
    ProcessMeter.Cpu after = entry.meter().cpu();
    Window.Noise heard = noise.stop();
    String file = "%s-%s-%02d.hgrm".formatted(folder.getFileName(), name, pair);
    Histograms.write(folder.resolveSibling(file), tally.latency());
    Window window =
        Histograms.window(
            name, pair, tally, Histograms.Spent.between(before, after, tally), heard, file);
    progress.line(
        "%s: %,.0f/s, %.1f µs CPU, p50 %.2f ms, p99 %.2f ms%s"
            .formatted(
                what,
                window.rate(),
                window.cpu(),
                window.latency().p50() / 1_000,
                window.latency().p99() / 1_000,
                window.counts()
                    ? window.late() ? "  (generator late: no latency)" : ""
                    : "  VOID: " + String.join(", ", window.voids())));
    return window;
  }

  /** Only our configuration can be changed while it is in use; Envoy's is static here. */
  private @Nullable Repeated flipping(String name) {
    int perSecond = plan.cell().beside().flips();
    if (perSecond == 0 || !name.equals(CellResult.OURS)) {
      return null;
    }
    Path file = OurWaypoint.configuration(folder.resolve(name));
    String[] texts = {WaypointConfig.of(plan, false), WaypointConfig.of(plan, true)};
    return new Repeated("flips", perSecond, count -> Folders.replace(file, texts[count % 2]));
  }

  /** A new certificate for the same name, as a mounted secret brings it. */
  private @Nullable Repeated rotating(String name) {
    int perSecond = plan.cell().beside().rotations();
    if (perSecond == 0 || !name.equals(CellResult.OURS)) {
      return null;
    }
    Path certificates = folder.resolve(name).resolve("certs");
    return new Repeated(
        "rotations", perSecond, count -> Folders.certificates(certificates, ca, Plan.waypoint()));
  }

  /** A name as a file's. */
  public static String slug(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }

  /** What was found until now. */
  public CellResult result(String scenario, String question) {
    Map<String, CellResult.Memory> memory = new LinkedHashMap<>();
    Map<String, Double> started = new LinkedHashMap<>();
    entries.forEach((name, entry) -> {
      ProcessMeter.Resident before = Objects.requireNonNull(idle.get(name));
      ProcessMeter.Resident now =
          Objects.requireNonNullElseGet(loaded.get(name), () -> entry.meter().resident());
      memory.put(
          name,
          new CellResult.Memory(
              before.anonymous(),
              before.files(),
              now.anonymous(),
              now.files(),
              rested.getOrDefault(name, 0.0)));
      started.put(name, entry.running().started());
    });
    return new CellResult(
        scenario,
        question,
        plan.cell().name(),
        Histograms.describe(plan.cell(), flips, rotations),
        offered,
        basis,
        Map.copyOf(capacities),
        List.copyOf(windows),
        memory,
        started,
        Map.copyOf(calls),
        Map.copyOf(missing),
        effort.isIndicative(),
        !stopped);
  }

  @Override
  public void close() {
    entries
        .values()
        .forEach(entry -> {
          entry.company().close();
          entry.session().close();
          entry.running().close();
        });
    backends.close();
    generator.close();
    for (String name : entries.keySet()) {
      // A log of every request is large and tells nothing afterwards.
      for (String file : List.of("access.log")) {
        try {
          Files.deleteIfExists(folder.resolve(name).resolve(file));
        } catch (IOException e) {
          progress.line("cannot remove " + folder.resolve(name).resolve(file));
        }
      }
    }
  }
}
