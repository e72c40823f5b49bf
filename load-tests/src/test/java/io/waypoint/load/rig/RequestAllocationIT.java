// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.util.ResourceLeakDetector;
import io.waypoint.Clocks;
import io.waypoint.Waypoint;
import io.waypoint.config.Problem;
import io.waypoint.config.Problems;
import io.waypoint.config.WaypointSettings;
import io.waypoint.discovery.file.DiscoveryReport;
import io.waypoint.discovery.file.FileDiscovery;
import io.waypoint.discovery.translate.LocalTable;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.discovery.translate.Translator;
import io.waypoint.identity.DevCa;
import io.waypoint.identity.RotatingCertificates;
import io.waypoint.identity.Scheduler;
import io.waypoint.load.rig.Cell.Load;
import io.waypoint.load.rig.Cell.Mesh;
import io.waypoint.load.rig.Cell.Wire;
import io.waypoint.load.rig.Plan.Version;
import io.waypoint.telemetry.AccessLog;
import io.waypoint.telemetry.Telemetry;
import io.waypoint.telemetry.TelemetrySettings;
import io.waypoint.world.World;
import io.waypoint.world.WorldHolder;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a request costs in heap on the event loop of the proxy, from the caller's tunnel to the
 * workload's and back: policy, 90/10 split, metrics, access log. The figure does not depend on how
 * busy the machine is.
 */
@Timeout(120)
class RequestAllocationIT {
  /** Bytes a request. A change that needs more says why in its commit. */
  private static final long BUDGET = 2_780;

  private static final int WARMUP_ROUNDS = 5;
  private static final double ROUND = 1.0;
  private static final String LOOP = "vert.x-eventloop-thread-0";

  @TempDir private Path folder;

  private final Deque<AutoCloseable> closing = new ArrayDeque<>();
  private final Clocks clocks = Clocks.system();
  private final DevCa ca = DevCa.create(Plan.TRUST, DevCa.DAY, clocks.wall(), clocks.secrets());
  private ResourceLeakDetector.Level level = ResourceLeakDetector.Level.DISABLED;

  /** The detector of leaks, which watches all other tests, allocates by itself. */
  @BeforeEach
  void withoutLeakDetector() {
    level = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable next = closing.poll(); next != null; next = closing.poll()) {
      next.close();
    }
    ResourceLeakDetector.setLevel(level);
  }

  @Test
  void aSmallGetStaysWithinItsBudget() throws Exception {
    Cell cell = new Cell("get", new Load(Wire.HTTP1, 32, 1, 0, 128), new Mesh(16, 4, 1, true), 0.5);

    assertThat(bytesPerRequest(cell)).isBetween(1L, BUDGET);
  }

  private long bytesPerRequest(Cell cell) throws Exception {
    Plan plan = new Plan(cell, 120 + (int) (ProcessHandle.current().pid() % 60));
    Backends backends = new Backends();
    closing.push(backends);
    for (Version version : Version.values()) {
      backends.serve(
          version.label(),
          ca.issue(Plan.workload(version)),
          plan.pods(version).stream().map(pod -> new InetSocketAddress(pod, Plan.HBONE)).toList(),
          Behaviour.HONEST);
    }
    Waypoint waypoint = start(plan);
    Generator generator = new Generator(ca.issue(Plan.caller()));
    closing.push(generator);
    Generator.Session session =
        generator.open(Contender.target(waypoint.address().getPort()), cell.load(), plan.paths());
    closing.push(session);
    long least = Long.MAX_VALUE;
    for (int round = 0; round < WARMUP_ROUNDS + 3; round++) {
      long before = allocated();
      Tally tally = session.closedLoop(ROUND);
      long bytes = (allocated() - before) / Math.max(1, tally.completed());
      assertThat(tally.failures()).isEmpty();
      least = Math.min(least, bytes);
    }
    return least;
  }

  /** By the loop of the proxy; that of its admin pages has the same name, and nothing to do. */
  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals(LOOP)) {
        sum += threads.getThreadAllocatedBytes(thread.threadId());
      }
    }
    return sum;
  }

  private Waypoint start(Plan plan) throws Exception {
    Files.writeString(folder.resolve("mesh.yaml"), WaypointConfig.of(plan));
    WorldHolder worlds = new WorldHolder();
    FileDiscovery discovery =
        new FileDiscovery(
            List.of(folder),
            new Translator(Scope.ONLY_GATEWAY, LocalTable.ANNOTATED),
            worlds,
            new NoReport(),
            FileDiscovery.Pace.DEFAULT);
    closing.push(discovery);
    assertThat(discovery.start()).isTrue();
    ScheduledExecutorService renewals = Executors.newSingleThreadScheduledExecutor();
    closing.push(renewals::shutdownNow);
    RotatingCertificates certificates =
        RotatingCertificates.start(
            () -> CompletableFuture.completedFuture(ca.issue(Plan.waypoint())),
            clocks.wall(),
            Scheduler.on(renewals),
            new SplittableRandom(1));
    closing.push(certificates);
    AccessLog log =
        new AccessLog(OutputStream.nullOutputStream(), AccessLog.Format.JSON, "cluster.local");
    closing.push(log);
    InetAddress loopback = InetAddress.getLoopbackAddress();
    Waypoint waypoint =
        Waypoint.start(
                settings(),
                new Waypoint.Surroundings(
                    worlds,
                    certificates,
                    new Telemetry(TelemetrySettings.of("1"), clocks.nanos(), clocks.wall(), log),
                    List::of,
                    loopback,
                    "127.0.0.1",
                    loopback,
                    "1",
                    () -> {}),
                clocks)
            .await();
    closing.push(() -> waypoint.close().await());
    return waypoint;
  }

  private static WaypointSettings settings() {
    Map<String, String> flags = new HashMap<>();
    for (String name : List.of("hbone", "admin", "metrics", "readiness")) {
      flags.put("ports." + name, "0");
    }
    flags.put("instance.eventLoops", "1");
    return WaypointSettings.read(null, Map.of(), flags, new Problems());
  }

  private record NoReport() implements DiscoveryReport {
    @Override
    public void published(World world, List<String> changes, List<Problem> problems) {}

    @Override
    public void rejected(List<Problem> problems) {}
  }
}
