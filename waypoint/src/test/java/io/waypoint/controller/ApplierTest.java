// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.waypoint.discovery.kube.KubeClients;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers that a real API server cannot be made to give at will. */
@Timeout(30)
class ApplierTest {
  private static final ManagedGateway GATEWAY =
      new ManagedGateway(
          "shop",
          "waypoint",
          "u",
          "vertx-waypoint",
          "service",
          new ManagedGateway.Infrastructure(Map.of(), Map.of(), null, null),
          false);
  private static final Blueprint.Drawn SERVICE =
      new Blueprint.Drawn(
          OwnedKind.SERVICE,
          "shop",
          "waypoint",
          Trees.mapping(
              """
              apiVersion: v1
              kind: Service
              metadata: {name: waypoint, namespace: shop}
              """,
              "test"));

  private final List<String> requests = new ArrayList<>();
  private final List<String> answers = new ArrayList<>();
  private HttpServer server;
  private KubernetesClient client;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
            .build();
    client = KubeClients.open(config);
  }

  @AfterEach
  void end() {
    client.close();
    server.stop(0);
  }

  /** A GET finds nothing; every PATCH takes the next answer. */
  private void answer(HttpExchange exchange) throws IOException {
    requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
    String code = exchange.getRequestMethod().equals("GET") ? "404 none" : answers.removeFirst();
    int status = Integer.parseInt(code.substring(0, 3));
    String body =
        status == 200
            ? "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"waypoint\"}}"
            : "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":%d,\"message\":\"%s\"}"
                .formatted(status, code.substring(4));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Test
  void aConflictIsTriedAgain() throws InterruptedException {
    answers.addAll(List.of("409 the object has been modified", "500 etcd is away", "200 ok"));
    var applier = new Applier(client);
    var done = new CountDownLatch(1);
    try (var queue =
        new WorkQueue<Blueprint.Drawn>(
            drawn -> {
              boolean ok = applier.apply(drawn, null, GATEWAY) instanceof Applier.Outcome.Done;
              if (ok) {
                done.countDown();
              }
              return ok;
            },
            Duration.ofMillis(1),
            Duration.ofMillis(4))) {
      queue.add(SERVICE);

      assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(requests)
        .filteredOn(request -> request.startsWith("PATCH"))
        .hasSize(3)
        .allMatch(request ->
            request.contains("/api/v1/namespaces/shop/services/waypoint")
                && request.contains("fieldManager=waypoint.dev")
                && request.contains("force=true"));
  }

  @Test
  void aRefusalNamesTheRuleAndAnEscalationWhatTheServerSaid() {
    answers.addAll(
        List.of(
            "403 services is forbidden: User x cannot patch",
            "403 user x is attempting to grant RBAC permissions not currently held"));
    var applier = new Applier(client);

    assertThat(applier.apply(SERVICE, null, GATEWAY))
        .isEqualTo(
            new Applier.Outcome.Failed(
                "Service shop/waypoint: not allowed: ClusterRole needs {apiGroups: [\"\"],"
                    + " resources: [\"services\"], verbs: [get, create, patch, delete]}"));
    assertThat(applier.apply(SERVICE, null, GATEWAY))
        .isEqualTo(
            new Applier.Outcome.Failed(
                "Service shop/waypoint: the controller may not grant what it does not have: user"
                    + " x is attempting to grant RBAC permissions not currently held"));
  }

  @Test
  void aNamespaceOnItsWayOutIsNoFailure() {
    answers.add(
        "403 unable to create new content in namespace shop because it is being terminated");

    assertThat(new Applier(client).apply(SERVICE, null, GATEWAY))
        .isInstanceOf(Applier.Outcome.Done.class);
  }
}
