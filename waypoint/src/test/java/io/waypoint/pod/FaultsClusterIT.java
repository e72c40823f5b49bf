// SPDX-License-Identifier: Apache-2.0
package io.waypoint.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The control plane breaks in every way while requests go on: none of them fails, and what changes
 * afterwards is obeyed again. Prints how long each recovery took.
 */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultsClusterIT {
  @TempDir private static Path folder;
  private static MeshOfIstiod mesh;
  private static Gap gap;
  private static final AtomicInteger REQUESTS = new AtomicInteger();
  private static final List<String> FAILURES = new ArrayList<>();
  private static volatile boolean over;
  private static Thread load;
  private static int weight;

  @BeforeAll
  static void start() {
    mesh = new MeshOfIstiod(folder);
    Seed.service(mesh.author(), "reviews", "app: reviews");
    Seed.service(mesh.author(), "reviews-v1", "app: reviews, version: v1");
    Seed.service(mesh.author(), "reviews-v2", "app: reviews, version: v2");
    mesh.pod("reviews-v1", 11, Map.of("app", "reviews", "version", "v1"));
    mesh.pod("reviews-v2", 12, Map.of("app", "reviews", "version", "v2"));
    Seed.gateway(mesh.author());
    Seed.deployment(mesh.author());
    gap = mesh.gapToTheApiServer();
    mesh.startWaypoint();
    mesh.await("ready", () -> mesh.probe().status() == 200);
    mesh.waypointIsReady();
    mesh.author()
        .namespace(
            "shop",
            Map.of("istio.io/dataplane-mode", "ambient", "istio.io/use-waypoint", "waypoint"));
    mesh.author().apply(Seed.weights(100, 0));
    mesh.author().apply(Seed.ONLY_SLEEP_MAY_READ);
    mesh.await(
        "the waypoint is in front", () -> mesh.ask("notsleep", "reviews", "/").status() == 403);
    load = Thread.ofPlatform().daemon().start(FaultsClusterIT::load);
  }

  private static void load() {
    while (!over) {
      MeshOfIstiod.Answer answer = mesh.ask("sleep", "reviews", "/");
      REQUESTS.incrementAndGet();
      if (answer.status() != 200) {
        synchronized (FAILURES) {
          FAILURES.add(answer.toString());
        }
      }
    }
  }

  @AfterAll
  static void stop() throws Exception {
    over = true;
    load.join();
    mesh.close();
  }

  @AfterEach
  void noRequestFailed() {
    synchronized (FAILURES) {
      assertThat(FAILURES).as("of " + REQUESTS).isEmpty();
    }
  }

  /** Sends everything to the other version, and waits until it goes there. */
  private static void otherWeightsAreObeyed() {
    weight = 100 - weight;
    mesh.author().apply(Seed.weights(100 - weight, weight));
    String version = weight == 100 ? "reviews-v2" : "reviews-v1";
    mesh.await("weights", () -> mesh.ask("sleep", "reviews", "/").body().equals(version));
  }

  private static void recovers(String fault, Runnable mending, BooleanSupplier mended) {
    long began = System.nanoTime();
    mending.run();
    long back = System.nanoTime();
    mesh.await(fault + " is over", mended);
    long noticed = System.nanoTime();
    otherWeightsAreObeyed();
    System.out.printf(
        "fault: %-44s mended in %6.0f ms, noticed %5.0f ms later, a change obeyed %5.0f ms later;"
            + " %d requests so far, %d failed%n",
        fault,
        (back - began) / 1e6,
        (noticed - back) / 1e6,
        (System.nanoTime() - noticed) / 1e6,
        REQUESTS.get(),
        FAILURES.size());
  }

  private static boolean says(String words) {
    MeshOfIstiod.Answer probe = mesh.probe();
    return probe.status() == 200 && probe.body().contains(words);
  }

  private static boolean saysNothing() {
    return mesh.probe().equals(new MeshOfIstiod.Answer(200, "ready\n"));
  }

  @Test
  @Order(1)
  void theApiServerIsKilledAndComesBack() {
    mesh.rig().killApiServer();
    mesh.await("it is said", () -> says("the last good world is served"));
    recovers(
        "API server killed and back",
        () -> mesh.rig().startApiServer(),
        FaultsClusterIT::saysNothing);
  }

  @Test
  @Order(2)
  void istiodIsKilledAndComesBack() {
    mesh.istiod().kill();
    mesh.await("it is said", () -> says("istiod: no changes of services and workloads"));
    recovers("istiod killed and back", () -> mesh.istiod().start(), FaultsClusterIT::saysNothing);
    while (weight != 0) {
      otherWeightsAreObeyed();
    }
    mesh.author().setReady("shop", "reviews-v2", mesh.address(12), false);
    mesh.await(
        "an unready pod is known", () -> mesh.ask("sleep", "reviews-v2", "/").status() != 200);
    mesh.author().setReady("shop", "reviews-v2", mesh.address(12), true);
    mesh.await("a ready pod is known", () -> mesh.ask("sleep", "reviews-v2", "/").status() == 200);
  }

  @Test
  @Order(3)
  void watchesAreClosedInTheMiddle() {
    recovers("all watches closed", gap::cut, () -> true);
  }

  @Test
  @Order(4)
  void theVersionsThatWeKnowAreGone() {
    gap.open();
    for (int i = 0; i < 5; i++) {
      mesh.author().apply(Seed.weights(50, 50 + i));
    }
    mesh.rig().killApiServer();
    mesh.rig().compact();
    mesh.rig().startApiServer();
    recovers("410 Gone", gap::mend, FaultsClusterIT::saysNothing);
  }

  @Test
  @Order(5)
  void theTokenIsNotTakenAnyMore() {
    mesh.mounted().credential(false);
    mesh.istiod().kill();
    mesh.await("it is said", () -> says("istiod: no changes of services and workloads"));
    recovers(
        "token of another audience, istiod restarted",
        () -> mesh.istiod().start(),
        FaultsClusterIT::saysNothing);
    mesh.mounted().credential(true);
  }

  @Test
  @Order(6)
  void theRootOfTheMeshIsAnother() {
    String before = mesh.leafIssuer();
    recovers(
        "root of the mesh rotated",
        () -> {
          mesh.istiod().kill();
          mesh.rig()
              .admin()
              .secrets()
              .inNamespace("istio-system")
              .withName("istio-ca-secret")
              .delete();
          mesh.istiod().start();
          mesh.mountBothRoots();
        },
        () -> saysNothing() && !mesh.leafIssuer().equals(before));
  }

  @Test
  @Order(7)
  void aDefinitionIsDeletedAndMadeAnew() {
    String name = "httproutes.gateway.networking.k8s.io";
    var definitions = mesh.rig().admin().apiextensions().v1().customResourceDefinitions();
    CustomResourceDefinition definition = definitions.withName(name).get();
    definitions.withName(name).delete();
    long deleted = System.nanoTime();
    // The objects are gone at once; the API server keeps the watch of them for ever.
    mesh.await("it is said", () -> says("httproutes.gateway.networking.k8s.io: its definition"));
    assertThat(mesh.waypointProblems()).contains("is not installed");
    System.out.printf(
        "fault: %-44s said after %.0f ms%n",
        "definition of HTTPRoute deleted", (System.nanoTime() - deleted) / 1e6);
    recovers(
        "definition of HTTPRoute deleted and back",
        () -> {
          mesh.await("it is gone", () -> definitions.withName(name).get() == null);
          mesh.rig()
              .admin()
              .resource(
                  new CustomResourceDefinitionBuilder()
                      .withNewMetadata()
                      .withName(name)
                      .withAnnotations(definition.getMetadata().getAnnotations())
                      .endMetadata()
                      .withSpec(definition.getSpec())
                      .build())
              .create();
          mesh.rig().awaitEstablished(name);
        },
        FaultsClusterIT::saysNothing);
  }
}
