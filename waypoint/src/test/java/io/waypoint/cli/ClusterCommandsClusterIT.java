// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.Clocks;
import io.waypoint.cluster.Author;
import io.waypoint.cluster.ClusterRig;
import io.waypoint.cluster.Manifests;
import io.waypoint.controller.Controller;
import io.waypoint.status.LeaseElection;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands for clusters, as typed, against a real API server with a controller at work. */
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterCommandsClusterIT {
  private static final Clocks CLOCKS = Clocks.system();

  private static ClusterRig rig;
  private static Author author;
  private static Controller controller;

  @TempDir static Path folder;

  private record Said(int code, String out, String err) {}

  @BeforeAll
  static void start() {
    rig = ClusterRig.start();
    rig.startControllers();
    author = new Author(rig.admin());
    author.namespace("waypoint-system", Map.of());
    author.namespace("istio-system", Map.of());
    author.apply(Manifests.GATEWAY_CLASS);
    controller =
        new Controller(
                rig.admin(),
                new Controller.Settings(
                    "waypoint-system",
                    "controller-1",
                    LeaseElection.Pace.DEFAULT,
                    null,
                    Controller.Mesh.DEFAULT),
                CLOCKS.wall(),
                CLOCKS.nanos())
            .start();
    long began = System.nanoTime();
    while (!controller.isReady() || !controller.leads()) {
      assertThat(System.nanoTime() - began).isLessThan(Duration.ofSeconds(30).toNanos());
      LockSupport.parkNanos(10_000_000);
    }
  }

  @AfterAll
  static void end() {
    if (controller != null) {
      controller.close();
    }
    rig.close();
  }

  private static Said run(String token, String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    List<String> all = new ArrayList<>(List.of(args));
    if (!token.isEmpty()) {
      all.add("--kubeconfig");
      all.add(rig.kubeconfig(token).toString());
    }
    int code =
        Main.run(
            new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, false),
            all.toArray(String[]::new));
    if (Boolean.getBoolean("show")) {
      System.out.println("$ waypoint " + String.join(" ", args) + "\n" + out + err + "=> " + code);
    }
    return new Said(code, out.toString(), err.toString());
  }

  private static Said run(List<String> args) {
    return run("admin-token", args.toArray(String[]::new));
  }

  private static void pod(String namespace, String address) {
    author.pod(namespace, "waypoint-1", address, Map.of(Bound.GATEWAY_NAME, "waypoint"));
  }

  @Test
  void theStoryFromApplyToDelete() throws Exception {
    author.namespace("story", Map.of("istio.io/dataplane-mode", "ambient"));
    CompletableFuture<Said> applied =
        CompletableFuture.supplyAsync(
            () -> run(List.of("apply", "-n", "story", "--enroll-namespace")));
    while (rig.admin().services().inNamespace("story").withName("waypoint").get() == null) {
      LockSupport.parkNanos(10_000_000);
    }
    pod("story", "10.1.8.1");

    Said said = applied.get(60, TimeUnit.SECONDS);
    assertThat(said.code()).as(said.err()).isZero();
    assertThat(said.out()).isEqualTo("serves HBONE as waypoint.story.svc.cluster.local\n");
    assertThat(said.err())
        .contains(
            "gateway story/waypoint applied", "namespace story labelled istio.io/use-waypoint");

    assertThat(run(List.of("list", "-n", "story")).out())
        .matches(
            "NAMESPACE +NAME +TRAFFIC TYPE +PROGRAMMED +PODS +ADDRESS\\n"
                + "story +waypoint +service +True +1/2 +waypoint.story.svc.cluster.local\\n");
    assertThat(run(List.of("list", "-A", "-o", "json")).out())
        .contains(
            "{\"version\":1,\"waypoints\":[",
            "{\"namespace\":\"story\",\"name\":\"waypoint\",\"trafficType\":\"service\","
                + "\"programmed\":\"True\",\"address\":\"waypoint.story.svc.cluster.local\","
                + "\"readyPods\":1,\"pods\":2}");

    for (String way : List.of("waypoint.story", "deploy/waypoint.story", "pod/waypoint-1.story")) {
      Said status = run(List.of("status", way));
      assertThat(status.code()).as(status.err()).isZero();
      assertThat(status.out())
          .contains("waypoint story/waypoint  class vertx-waypoint, for service", "waypoint-1")
          .contains("    namespace story\n");
    }

    Said deleted = run(List.of("delete", "-n", "story"));
    assertThat(deleted.code()).isZero();
    assertThat(deleted.out()).isEqualTo("gateway story/waypoint deleted\n");
    assertThat(deleted.err()).contains("kubectl label namespace story istio.io/use-waypoint-");
  }

  @Test
  void whatIsGeneratedIsAcceptedByTheApiServer() {
    author.namespace("generated", Map.of());
    String yaml = run("", "generate", "-n", "generated", "--for", "all", "--from", "All").out();

    author.apply(yaml);

    assertThat(run(List.of("list", "-n", "generated")).out()).contains("waypoint   all");
  }

  @Test
  void applyTellsWhatItWaitsForAndGivesUp() {
    author.namespace("waiting", Map.of());

    Said said = run(List.of("apply", "-n", "waiting", "--timeout", "2s"));

    assertThat(said.code()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(said.err())
        .contains(
            "warning: namespace waiting is not in the mesh",
            "waiting: 1 pod, none ready",
            "waypoint: not programmed after 2 s: 1 pod, none ready",
            "hint: 'waypoint check' looks for the cause");
    Said status = run(List.of("status", "-n", "waiting"));
    assertThat(status.code()).isEqualTo(ExitCode.PROBLEMS);
    assertThat(status.out()).contains("AddressNotAssigned", "used by: nobody");
  }

  @Test
  void anotherWaypointIsNotReplacedUnasked() {
    author.namespace("taken", Map.of("istio.io/use-waypoint", "other"));

    Said said = run(List.of("apply", "-n", "taken", "--enroll-namespace", "--no-wait"));
    assertThat(said.code()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(said.err()).contains("namespace taken uses waypoint other already", "--overwrite");
    assertThat(run(List.of("list", "-n", "taken")).err()).contains("no waypoint of class");

    assertThat(
            run(List.of("apply", "-n", "taken", "--enroll-namespace", "--overwrite", "--no-wait"))
                .code())
        .isZero();
    assertThat(rig.admin().namespaces().withName("taken").get().getMetadata().getLabels())
        .containsEntry("istio.io/use-waypoint", "waypoint");
  }

  @Test
  void mistakesAreToldWithAHint() {
    assertThat(run(List.of("apply", "-n", "nowhere")).err())
        .contains("there is no namespace nowhere", "kubectl create namespace nowhere");
    assertThat(run(List.of("delete", "nothing")).err())
        .contains("there is no Gateway default/nothing");
    assertThat(run(List.of("status", "service/x")).err()).contains("service is not looked up");
    assertThat(run(List.of("status", "deploy/x")).err()).contains("there is no deployment x");
    assertThat(run(List.of("apply", "--timeout", "soon")).code()).isEqualTo(ExitCode.USAGE);
    assertThat(run(List.of("apply", "--name", "No_Name")).code()).isEqualTo(ExitCode.USAGE);
    author.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: theirs, namespace: default}
        spec: {gatewayClassName: istio, listeners: [{name: a, port: 80, protocol: HTTP}]}
        """);
    assertThat(run(List.of("delete", "theirs")).err()).contains("is of class istio, not of ours");
    assertThat(run(List.of("apply", "--name", "theirs")).err()).contains("is there already");
  }

  @Test
  void whoMayNotIsToldByWhom() {
    Said said = run("nobody-token", "list", "-A");

    assertThat(said.code()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(said.err())
        .contains("User \"nobody\" cannot list resource \"gateways\"", "hint: ask for a role");
    assertThat(run("wrong-token", "list", "-A").err()).contains("does not know us");
    Said check = run("nobody-token", "check");
    assertThat(check.out()).contains("we may not look", "hint: you need: get leases");
  }

  @Test
  void noClusterIsTold() throws IOException {
    Said said = run("", "list", "--kubeconfig", folder.resolve("none").toString());
    assertThat(said.code()).isEqualTo(ExitCode.NO_INPUT);

    Path kubeconfig = folder.resolve("kubeconfig");
    String text =
        """
        apiVersion: v1
        kind: Config
        current-context: gone
        clusters: [{name: gone, cluster: {server: "http://127.0.0.1:1"}}]
        users: [{name: user, user: {}}]
        contexts: [{name: gone, context: {cluster: gone, user: user}}]
        """;
    Files.writeString(kubeconfig, text);
    for (String command : List.of("list", "status", "apply", "delete")) {
      Said away = run("", command, "--kubeconfig", kubeconfig.toString());
      assertThat(away.code()).as(command).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(away.err())
          .contains(
              "no answer from the API server at http://127.0.0.1:1", "connection refused", "hint");
    }
    Said check = run("", "check", "--kubeconfig", kubeconfig.toString());
    assertThat(check.code()).isEqualTo(ExitCode.PROBLEMS);
    assertThat(check.out()).contains("× the API server answers: no answer");
  }

  /** The last one, because the definitions are then gone. */
  @Test
  @Order(Integer.MAX_VALUE)
  void withoutTheGatewayApiThatIsSaid() {
    rig.admin()
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("gateways.gateway.networking.k8s.io")
        .withTimeout(30, TimeUnit.SECONDS)
        .delete();

    assertThat(run(List.of("check")).out())
        .contains(
            "× gateways.gateway.networking.k8s.io is installed: it is not",
            "hint: kubectl apply --server-side -f standard-install.yaml");
    for (String command : List.of("list", "status", "apply")) {
      Said said = run(List.of(command));
      assertThat(said.code()).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(said.err()).as(command).contains("hint: if the Gateway API is not installed");
    }
  }

  @Test
  void checkFindsWhatIsThereAndWhatIsMissing() {
    author.namespace("checked", Map.of());

    Said said = run(List.of("check", "-n", "checked"));

    assertThat(said.code()).isEqualTo(ExitCode.PROBLEMS);
    assertThat(said.out())
        .contains(
            "√ the API server answers",
            "√ gateways.gateway.networking.k8s.io is installed",
            "× istiod has ready endpoints: there is no Service istio-system/istiod",
            "√ GatewayClass vertx-waypoint is accepted",
            "√ a controller is at work: controller-1",
            "? it uses a waypoint",
            "√ you may create gateways");

    run(List.of("apply", "-n", "checked", "--no-wait", "--enroll-namespace"));
    while (rig.admin().pods().inNamespace("checked").list().getItems().isEmpty()) {
      LockSupport.parkNanos(10_000_000);
    }
    assertThat(run(List.of("check", "-n", "checked")).out())
        .contains(
            "× a pod is ready: 1 pod, none ready",
            "√ its token is of audience istio-ca",
            "× its service account may what it must: it lacks ClusterRole");
    assertThat(run(List.of("check", "-n", "checked", "-o", "json")).out())
        .contains("\"version\":1", "\"verdict\":\"bad\"", "\"hint\":");
  }
}
