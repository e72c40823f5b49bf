// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static io.waypoint.e2e.Misbehaving.letGo;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.waypoint.e2e.Misbehaving.Got;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What connectionPool and retryBudget make of busy and slow backends, as callers and metrics see it
 * (policies.md 5A, 5B, reliability.md b.8).
 */
@Timeout(60)
class MisbehavingBackendsIT {
  private static final String RETRY =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: retried, namespace: default}
      spec:
        parentRefs: [{group: "", kind: Service, name: retried}]
        rules:
        - retry: {codes: [503], attempts: 1, backoff: 1ms}
          backendRefs: [{name: retried, port: 80}]
      """;

  @TempDir static Path folder;
  private static Misbehaving cast;
  private static ServerSocket silent;

  @BeforeAll
  static void open() throws Exception {
    cast = new Misbehaving(folder);
    cast.service("requests", 1, "connectionPool: {http: {http2MaxRequests: 2}}");
    cast.service(
        "pending",
        1,
        "connectionPool: {tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 1}}");
    cast.service("once", 1, "connectionPool: {http: {maxRequestsPerConnection: 1}}");
    cast.service("idle", 1, "connectionPool: {http: {idleTimeout: 20s}}");
    cast.service("aged", 1, "connectionPool: {tcp: {maxConnectionDuration: 40s}}");
    cast.service("retried", 1, "connectionPool: {http: {maxRetries: 1}}");
    cast.service("budget", 1, "retryBudget: {percent: 1, minRetryConcurrency: 1}");
    cast.stage().with("retry", RETRY).with("retry-in-budget", RETRY.replace("retried", "budget"));
    silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    cast.declare("silent", "kubernetes.io/h2c", "connectionPool: {tcp: {connectTimeout: 150ms}}");
    cast.deploy("silent", 0, silent.getLocalPort());
    cast.open();
  }

  @AfterAll
  static void close() throws Exception {
    cast.close();
    silent.close();
  }

  private static void isOverflow(Got got) {
    assertThat(got.status()).isEqualTo(503);
    assertThat(got.overloaded()).isEqualTo("true");
  }

  @Test
  void moreRequestsThanPermittedAreAnsweredAtOnce() throws Exception {
    Future<Got> first = cast.send("requests", "/hold");
    Future<Got> second = cast.send("requests", "/hold");
    HttpServerRequest one = cast.untilHeld();
    HttpServerRequest two = cast.untilHeld();
    Got third = cast.ask("requests");
    isOverflow(third);
    assertThat(third.body()).endsWith("reset reason: overflow");
    assertThat(cast.overflows("requests", "requests")).isEqualTo(1);
    assertThat(cast.metric("waypoint_breaker_used", "requests", ",limit=\"requests\""))
        .isEqualTo(2);
    letGo(one);
    letGo(two);
    assertThat(first.await().status()).isEqualTo(200);
    assertThat(second.await().status()).isEqualTo(200);
    assertThat(cast.ask("requests").status()).isEqualTo(200);
    assertThat(cast.metric("waypoint_breaker_used", "requests", ",limit=\"requests\"")).isZero();
  }

  @Test
  void whoFindsTheQueueFullIsAnsweredAtOnceAndWhoWaitsIsServed() throws Exception {
    Future<Got> first = cast.send("pending", "/hold");
    HttpServerRequest one = cast.untilHeld();
    Future<Got> second = cast.send("pending", "/");
    Future<Got> third = cast.send("pending", "/");
    Future.any(second, third).await();
    isOverflow((second.isComplete() ? second : third).await());
    letGo(one);
    assertThat(first.await().status()).isEqualTo(200);
    assertThat(List.of(second.await().status(), third.await().status()))
        .containsExactlyInAnyOrder(200, 503);
    assertThat(cast.overflows("pending", "pending")).isEqualTo(1);
    assertThat(cast.overflows("pending", "connections")).isPositive();
    assertThat(cast.accepted("pending")).isEqualTo(1);
    assertThat(cast.metric("waypoint_breaker_used", "pending", ",limit=\"pending\"")).isZero();
  }

  @Test
  void aConnectionCarriesNoMoreRequestsThanPermitted() {
    assertThat(cast.served("once", 5)).containsExactly(Map.entry("once-0", 5));
    assertThat(cast.accepted("once")).isEqualTo(5);
  }

  @Test
  void anUnusedConnectionIsClosedAfterItsTime() throws Exception {
    assertThat(cast.ask("idle").status()).isEqualTo(200);
    cast.pass(Duration.ofSeconds(21));
    assertThat(cast.untilClosed("idle")).isTrue();
    assertThat(cast.ask("idle").status()).isEqualTo(200);
  }

  @Test
  void anOldConnectionFinishesWhatItHasAndCloses() throws Exception {
    Future<Got> slow = cast.send("aged", "/hold");
    HttpServerRequest request = cast.untilHeld();
    cast.pass(Duration.ofSeconds(41));
    letGo(request);
    assertThat(slow.await().status()).isEqualTo(200);
    assertThat(cast.untilClosed("aged")).isTrue();
    assertThat(cast.ask("aged").status()).isEqualTo(200);
  }

  @Test
  void noMoreRepetitionsThanPermittedAreUnderWay() throws Exception {
    Future<Got> first = cast.send("retried", "/once-ill?a");
    HttpServerRequest repeated = cast.untilHeld();
    isOverflow(cast.send("retried", "/once-ill?b").await());
    assertThat(cast.overflows("retried", "retries")).isEqualTo(1);
    letGo(repeated);
    assertThat(first.await().status()).isEqualTo(200);
    Future<Got> next = cast.send("retried", "/once-ill?c");
    letGo(cast.untilHeld());
    assertThat(next.await().status()).isEqualTo(200);
  }

  @Test
  void anEndpointThatNeverBecomesReadyIsGivenUpAfterConnectTimeout() {
    long begun = System.nanoTime();
    Got got = cast.ask("silent");
    assertThat(got.status()).isEqualTo(503);
    assertThat(got.body()).endsWith("connection timeout");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
  }

  /** As many as the budget's least number, and one of a hundred requests besides. */
  @Test
  void noMoreRepetitionsThanTheBudgetAreUnderWay() throws Exception {
    Future<Got> first = cast.send("budget", "/once-ill?a");
    HttpServerRequest repeated = cast.untilHeld();
    assertThat(cast.send("budget", "/once-ill?b").await().status()).isEqualTo(503);
    letGo(repeated);
    assertThat(first.await().status()).isEqualTo(200);
    Future<Got> next = cast.send("budget", "/once-ill?c");
    letGo(cast.untilHeld());
    assertThat(next.await().status()).isEqualTo(200);
  }
}
