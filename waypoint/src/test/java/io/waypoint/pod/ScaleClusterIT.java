// SPDX-License-Identifier: Apache-2.0
package io.waypoint.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.waypoint.cluster.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a change takes from the API server's acknowledgement to the first request that obeys it,
 * alone and among thousands of others; and what these cost. Prints the figures.
 */
@Timeout(1_800)
class ScaleClusterIT {
  /** Of the young and of the old generation. */
  private static final Pattern HEAP = Pattern.compile("total (\\d+)K, used (\\d+)K");

  private static final int EDITS = 200;
  private static final int WORKERS = 12;
  private static final int ATTEMPTS = 3;
  private static final int MANY = Integer.getInteger("waypoint.scale", 1_000);

  @TempDir private Path folder;
  private final Map<Long, Long> watched = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private volatile boolean over;

  @Test
  void aChangeIsObeyedSoonAloneAndAmongThousands() throws Exception {
    try (MeshOfIstiod mesh = new MeshOfIstiod(folder)) {
      Seed.service(mesh.author(), "reviews", "app: reviews");
      Seed.service(mesh.author(), "reviews-v1", "app: reviews, version: v1");
      Seed.service(mesh.author(), "reviews-v2", "app: reviews, version: v2");
      mesh.pod("reviews-v1", 11, Map.of("app", "reviews", "version", "v1"));
      mesh.pod("reviews-v2", 12, Map.of("app", "reviews", "version", "v2"));
      Seed.gateway(mesh.author());
      Seed.deployment(mesh.author());
      mesh.startWaypoint("WAYPOINT_DRAIN_DELAY=0s", "WAYPOINT_DRAIN_GO_AWAY=0s");
      mesh.await("ready", () -> mesh.probe().status() == 200);
      System.out.println("scale: few objects: " + memory(mesh));
      mesh.waypointIsReady();
      mesh.author()
          .namespace(
              "shop",
              Map.of("istio.io/dataplane-mode", "ambient", "istio.io/use-waypoint", "waypoint"));
      mesh.author().apply(Seed.weights(100, 0));
      mesh.author().apply(Seed.ONLY_SLEEP_MAY_READ);
      mesh.await(
          "the waypoint is in front", () -> mesh.ask("notsleep", "reviews", "/").status() == 403);

      Thread load = Thread.ofPlatform().daemon().start(() -> load(mesh));
      edits(mesh, "3 services, 1 route");
      create(mesh);
      mesh.await("all are known", () -> known(mesh));
      System.out.println("scale: " + MANY + " services and routes: " + memory(mesh));
      edits(mesh, MANY + " services, " + MANY + " routes");
      over = true;
      load.join();
      assertThat(failed.get()).as("of " + requests).isZero();

      mesh.waypoint().terminate();
      assertThat(mesh.waypoint().exit()).isZero();
      long began = System.nanoTime();
      mesh.startWaypoint();
      mesh.await("ready again", () -> mesh.probe().status() == 200);
      System.out.printf(
          "scale: start to ready with %d services and routes: %.1f s%n",
          MANY, (System.nanoTime() - began) / 1e9);
      mesh.await("obeyed", () -> mesh.ask("sleep", "reviews", "/").status() == 200);
    }
  }

  private void load(MeshOfIstiod mesh) {
    while (!over) {
      requests.incrementAndGet();
      if (mesh.ask("sleep", "reviews", "/").status() != 200) {
        failed.incrementAndGet();
      }
    }
  }

  private void edits(MeshOfIstiod mesh, String among) {
    double[] obeyed = new double[EDITS];
    double[] seen = new double[EDITS];
    var routes =
        mesh.rig()
            .admin()
            .genericKubernetesResources("gateway.networking.k8s.io/v1", "HTTPRoute")
            .inNamespace("shop")
            .withName("reviews");
    watched.clear();
    try (SharedIndexInformer<GenericKubernetesResource> watch = routes.inform(new Seen())) {
      mesh.await("watching", () -> !watched.isEmpty());
      for (int i = 0; i < EDITS; i++) {
        boolean second = i % 2 == 0;
        GenericKubernetesResource answer =
            routes.patch(PatchContext.of(PatchType.JSON_MERGE), rules(second));
        long acknowledged = System.nanoTime();
        String expected = second ? "reviews-v2" : "reviews-v1";
        while (!mesh.askAgain("sleep", "reviews", "/").body().equals(expected)) {
          Thread.onSpinWait();
        }
        obeyed[i] = (System.nanoTime() - acknowledged) / 1e6;
        Long version = answer.getMetadata().getGeneration();
        mesh.await("watched", () -> watched.containsKey(version));
        long event = watched.getOrDefault(version, acknowledged);
        seen[i] = Math.max(0, (event - acknowledged) / 1e6);
      }
    }
    Arrays.sort(obeyed);
    Arrays.sort(seen);
    System.out.printf(
        "scale: %d edits among %s: obeyed after mean %.1f ms, p50 %.1f, p99 %.1f; a plain watch"
            + " sees them after mean %.1f ms, p50 %.1f, p99 %.1f; %d requests at load, %d failed%n",
        EDITS,
        among,
        Arrays.stream(obeyed).average().orElseThrow(),
        obeyed[EDITS / 2],
        obeyed[EDITS * 99 / 100],
        Arrays.stream(seen).average().orElseThrow(),
        seen[EDITS / 2],
        seen[EDITS * 99 / 100],
        requests.get(),
        failed.get());
  }

  private static String rules(boolean second) {
    return """
    {"spec":{"rules":[{"backendRefs":[
      {"group":"","kind":"Service","name":"reviews-v1","port":80,"weight":%d},
      {"group":"","kind":"Service","name":"reviews-v2","port":80,"weight":%d}]}]}}
    """
        .formatted(second ? 0 : 100, second ? 100 : 0);
  }

  private final class Seen implements ResourceEventHandler<GenericKubernetesResource> {
    @Override
    public void onAdd(GenericKubernetesResource route) {
      watched.putIfAbsent(route.getMetadata().getGeneration(), System.nanoTime());
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource route) {
      onAdd(route);
    }

    @Override
    public void onDelete(GenericKubernetesResource route, boolean unseen) {}
  }

  private static void create(MeshOfIstiod mesh) throws Exception {
    long began = System.nanoTime();
    try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        String name = "shelf-" + i;
        all.add(workers.submit(() -> create(mesh, name)));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    System.out.printf(
        "scale: %d services and routes created in %.0f s%n",
        MANY, (System.nanoTime() - began) / 1e9);
  }

  /** A busy API server may answer too late; to apply the same once more does no harm. */
  private static void create(MeshOfIstiod mesh, String name) {
    String objects = Manifests.service("shop", name, "app: " + name) + "---\n" + Seed.shelf(name);
    for (int attempt = 1; ; attempt++) {
      try {
        mesh.author().apply(objects);
        return;
      } catch (KubernetesClientException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** The last ones answer by their route, which has no endpoint behind it. */
  private static boolean known(MeshOfIstiod mesh) {
    return mesh.ask("sleep", "shelf-" + (MANY - 1), "/").status() == 503
        && mesh.ask("sleep", "shelf-0", "/").status() == 503;
  }

  private static String memory(MeshOfIstiod mesh) throws IOException, InterruptedException {
    String pid = Long.toString(mesh.waypoint().pid());
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    new ProcessBuilder(List.of(jcmd, pid, "GC.run")).start().waitFor();
    Process info = new ProcessBuilder(List.of(jcmd, pid, "GC.heap_info")).start();
    String said =
        new String(info.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    long used = HEAP.matcher(said).results().mapToLong(part -> Long.parseLong(part.group(2))).sum();
    long heap = HEAP.matcher(said).results().mapToLong(part -> Long.parseLong(part.group(1))).sum();
    String resident =
        Files.readAllLines(Path.of("/proc", pid, "status")).stream()
            .filter(line -> line.startsWith("VmRSS"))
            .findFirst()
            .orElse("");
    return "%d of %d MB of the heap are used after a collection; %s"
        .formatted(used / 1024, heap / 1024, resident.replaceAll("\\s+", " "));
  }
}
