// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.waypoint.Clocks;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Backends that are slow, refuse, reset, fail and come back, behind tunnels, with a clock of the
 * test: what connectionPool and outlierDetection make of it, as callers and metrics see it
 * (policies.md 5A to 5C, reliability.md b.8).
 */
@Timeout(60)
class MisbehavingBackendsIT {
  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: NAME, namespace: default}
      spec: {selector: {app: NAME}, ports: [{name: http, port: 80, appProtocol: PROTOCOL}]}
      ---
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: NAME, namespace: default}
      spec: {host: NAME, trafficPolicy: {POLICY}}
      """;
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: APP-INDEX
        namespace: default
        annotations: {waypoint.dev/endpoint: "127.0.0.1:PORT"}
      spec:
        selector: {matchLabels: {id: APP-INDEX}}
        template:
          metadata: {labels: {app: APP, id: APP-INDEX}}
          spec: {containers: [{name: c}]}
      """;
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

  private record Got(int status, String body, @Nullable String overloaded) {}

  @TempDir static Path folder;
  private static final AtomicLong ahead = new AtomicLong();

  /** Requests that an application holds until the test lets them go. */
  private static final BlockingQueue<HttpServerRequest> held = new LinkedBlockingQueue<>();

  /** How many connections each service's application has accepted. */
  private static final Map<String, AtomicInteger> accepted = new ConcurrentHashMap<>();

  private static final Map<String, Semaphore> closed = new ConcurrentHashMap<>();

  /** Endpoints that answer with this status instead of 200; 0 resets. */
  private static final Map<String, Integer> ill = new ConcurrentHashMap<>();

  private static final Queue<String> attempts = new ConcurrentLinkedQueue<>();
  private static Stage stage;
  private static HttpClient client;
  private static ServerSocket silent;

  @BeforeAll
  static void open() throws Exception {
    stage = new Stage(folder);
    service("requests", "http", 1, "connectionPool: {http: {http2MaxRequests: 2}}");
    service(
        "pending",
        "http",
        1,
        "connectionPool: {tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 1}}");
    service("once", "http", 1, "connectionPool: {http: {maxRequestsPerConnection: 1}}");
    service("idle", "http", 1, "connectionPool: {http: {idleTimeout: 20s}}");
    service("aged", "http", 1, "connectionPool: {tcp: {maxConnectionDuration: 40s}}");
    service("retried", "http", 1, "connectionPool: {http: {maxRetries: 1}}");
    stage.with("retry", RETRY);
    service(
        "gateway",
        "http",
        3,
        outliers("consecutive5xxErrors: 0, consecutiveGatewayErrors: 2, maxEjectionPercent: 50"));
    service("returns", "http", 3, outliers("consecutive5xxErrors: 2, baseEjectionTime: 30s"));
    service("all", "http", 2, outliers("consecutive5xxErrors: 1, maxEjectionPercent: 100"));
    service(
        "panics",
        "http",
        2,
        outliers("consecutive5xxErrors: 1, maxEjectionPercent: 100, minHealthPercent: 60"));
    service(
        "split",
        "http",
        2,
        outliers(
            "consecutive5xxErrors: 0, splitExternalLocalOriginErrors: true,"
                + " consecutiveLocalOriginFailures: 2, maxEjectionPercent: 50"));
    silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    declare("silent", "kubernetes.io/h2c", "connectionPool: {tcp: {connectTimeout: 150ms}}");
    deploy("silent", 0, silent.getLocalPort());
    Clocks system = Clocks.system();
    stage.open(new Clocks(system.wall(), () -> System.nanoTime() + ahead.get(), system.secrets()));
    client = stage.http1(16);
  }

  private static String outliers(String fields) {
    return "loadBalancer: {simple: ROUND_ROBIN}, outlierDetection: {interval: 1s, " + fields + "}";
  }

  @AfterAll
  static void close() throws Exception {
    stage.close();
    silent.close();
  }

  private static void declare(String name, String protocol, String policy) throws Exception {
    stage.with(
        name,
        SERVICE.replace("NAME", name).replace("PROTOCOL", protocol).replace("POLICY", policy));
  }

  private static void deploy(String app, int index, int port) throws Exception {
    stage.with(
        app + "-" + index,
        DEPLOYMENT
            .replace("APP", app)
            .replace("INDEX", Integer.toString(index))
            .replace("PORT", Integer.toString(port)));
  }

  private static void service(String name, String protocol, int endpoints, String policy)
      throws Exception {
    declare(name, protocol, policy);
    accepted.put(name, new AtomicInteger());
    closed.put(name, new Semaphore(0));
    for (int i = 0; i < endpoints; i++) {
      String who = name + "-" + i;
      int port =
          stage
              .vertx()
              .createHttpServer(new HttpServerOptions())
              .connectionHandler(connection -> {
                accepted.get(name).incrementAndGet();
                connection.closeHandler(v -> closed.get(name).release());
              })
              .requestHandler(request -> serve(who, request))
              .listen(0, "127.0.0.1")
              .await()
              .actualPort();
      deploy(name, i, port);
    }
  }

  private static void serve(String who, HttpServerRequest request) {
    int status = ill.getOrDefault(who, 200);
    if (request.path().equals("/hold")) {
      held.add(request);
    } else if (request.path().equals("/once-ill") && !attempts.contains(request.query())) {
      attempts.add(request.query());
      request.response().setStatusCode(503).end();
    } else if (request.path().equals("/once-ill")) {
      held.add(request);
    } else if (status == 0) {
      request.connection().close();
    } else {
      request.response().setStatusCode(status).end(who);
    }
  }

  private static Future<Got> send(String host, String path) {
    var options =
        new RequestOptions().setMethod(HttpMethod.GET).setHost(host).setPort(80).setURI(path);
    return client
        .request(options)
        .compose(request ->
            request
                .send()
                .compose(response ->
                    response
                        .body()
                        .map(body ->
                            new Got(
                                response.statusCode(),
                                body.toString(),
                                response.getHeader("x-envoy-overloaded")))));
  }

  private static Got ask(String host) {
    return send(host, "/").await();
  }

  private static HttpServerRequest untilHeld() throws InterruptedException {
    HttpServerRequest request = held.poll(10, TimeUnit.SECONDS);
    assertThat(request).as("a request has arrived").isNotNull();
    return request;
  }

  private static void letGo(HttpServerRequest request) {
    request.response().end("late");
  }

  private static Map<String, Integer> served(String host, int requests) {
    Map<String, Integer> by = new HashMap<>();
    for (int i = 0; i < requests; i++) {
      Got got = ask(host);
      by.merge(got.status() == 200 ? got.body() : Integer.toString(got.status()), 1, Integer::sum);
    }
    return by;
  }

  private static long metric(String name, String destination, String labels) {
    String line = name + "{destination=\"default/" + destination + ":80\"" + labels + "}";
    return stage
        .metrics()
        .lines()
        .filter(each -> each.startsWith(line))
        .mapToLong(each -> (long) Double.parseDouble(each.substring(each.lastIndexOf(' '))))
        .sum();
  }

  private static long overflows(String destination, String limit) {
    return metric("waypoint_breaker_overflow_total", destination, ",limit=\"" + limit + "\"");
  }

  /** Housekeeping runs on a timer of its own: what it has done is asked for until it is seen. */
  private static void untilMetric(String name, String destination, LongPredicate is) {
    long value = metric(name, destination, "");
    for (long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        !is.test(value) && System.nanoTime() < end; ) {
      value = metric(name, destination, "");
    }
    assertThat(is.test(value)).as("%s of %s is %d", name, destination, value).isTrue();
  }

  private static void isOverflow(Got got) {
    assertThat(got.status()).isEqualTo(503);
    assertThat(got.overloaded()).isEqualTo("true");
  }

  @Test
  void moreRequestsThanPermittedAreAnsweredAtOnce() throws Exception {
    Future<Got> first = send("requests", "/hold");
    Future<Got> second = send("requests", "/hold");
    HttpServerRequest one = untilHeld();
    HttpServerRequest two = untilHeld();
    Got third = ask("requests");
    isOverflow(third);
    assertThat(third.body()).endsWith("reset reason: overflow");
    assertThat(overflows("requests", "requests")).isEqualTo(1);
    assertThat(metric("waypoint_breaker_used", "requests", ",limit=\"requests\"")).isEqualTo(2);
    letGo(one);
    letGo(two);
    assertThat(first.await().status()).isEqualTo(200);
    assertThat(second.await().status()).isEqualTo(200);
    assertThat(ask("requests").status()).isEqualTo(200);
    assertThat(metric("waypoint_breaker_used", "requests", ",limit=\"requests\"")).isZero();
  }

  @Test
  void whoFindsTheQueueFullIsAnsweredAtOnceAndWhoWaitsIsServed() throws Exception {
    Future<Got> first = send("pending", "/hold");
    HttpServerRequest one = untilHeld();
    Future<Got> second = send("pending", "/");
    Future<Got> third = send("pending", "/");
    Future.any(second, third).await();
    isOverflow((second.isComplete() ? second : third).await());
    letGo(one);
    assertThat(first.await().status()).isEqualTo(200);
    assertThat(List.of(second.await().status(), third.await().status()))
        .containsExactlyInAnyOrder(200, 503);
    assertThat(overflows("pending", "pending")).isEqualTo(1);
    assertThat(overflows("pending", "connections")).isPositive();
    assertThat(accepted.get("pending")).hasValue(1);
    assertThat(metric("waypoint_breaker_used", "pending", ",limit=\"pending\"")).isZero();
  }

  @Test
  void aConnectionCarriesNoMoreRequestsThanPermitted() {
    assertThat(served("once", 5)).containsExactly(Map.entry("once-0", 5));
    assertThat(accepted.get("once")).hasValue(5);
  }

  @Test
  void anUnusedConnectionIsClosedAfterItsTime() throws Exception {
    assertThat(ask("idle").status()).isEqualTo(200);
    ahead.addAndGet(Duration.ofSeconds(21).toNanos());
    assertThat(closed.get("idle").tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    assertThat(ask("idle").status()).isEqualTo(200);
  }

  @Test
  void anOldConnectionFinishesWhatItHasAndCloses() throws Exception {
    Future<Got> slow = send("aged", "/hold");
    HttpServerRequest request = untilHeld();
    ahead.addAndGet(Duration.ofSeconds(41).toNanos());
    letGo(request);
    assertThat(slow.await().status()).isEqualTo(200);
    assertThat(closed.get("aged").tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    assertThat(ask("aged").status()).isEqualTo(200);
  }

  @Test
  void noMoreRepetitionsThanPermittedAreUnderWay() throws Exception {
    Future<Got> first = send("retried", "/once-ill?a");
    HttpServerRequest repeated = untilHeld();
    isOverflow(send("retried", "/once-ill?b").await());
    assertThat(overflows("retried", "retries")).isEqualTo(1);
    letGo(repeated);
    assertThat(first.await().status()).isEqualTo(200);
    Future<Got> next = send("retried", "/once-ill?c");
    letGo(untilHeld());
    assertThat(next.await().status()).isEqualTo(200);
  }

  @Test
  void anEndpointThatNeverBecomesReadyIsGivenUpAfterConnectTimeout() {
    long begun = System.nanoTime();
    Got got = ask("silent");
    assertThat(got.status()).isEqualTo(503);
    assertThat(got.body()).endsWith("connection timeout");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(2_500));
  }

  @Test
  void gatewayErrorsAreCountedByThemselves() {
    ill.put("gateway-1", 500);
    assertThat(served("gateway", 30)).containsEntry("500", 10);
    ill.put("gateway-1", 502);
    assertThat(served("gateway", 30)).containsEntry("502", 2);
    assertThat(metric("waypoint_outlier_ejections_total", "gateway", "")).isEqualTo(1);
    assertThat(metric("waypoint_outlier_ejected", "gateway", "")).isEqualTo(1);
  }

  @Test
  void anEjectedEndpointComesBackWhenItsTimeIsOver() {
    ill.put("returns-2", 503);
    assertThat(served("returns", 30)).containsEntry("503", 2);
    ill.remove("returns-2");
    assertThat(served("returns", 30)).doesNotContainKey("returns-2");
    ahead.addAndGet(Duration.ofSeconds(31).toNanos());
    untilMetric("waypoint_outlier_returns_total", "returns", value -> value == 1);
    assertThat(served("returns", 30)).containsEntry("returns-2", 10);
    assertThat(metric("waypoint_outlier_ejected", "returns", "")).isZero();
  }

  @Test
  void withAllEjectedNobodyIsAskedUnlessPanicIsOn() {
    for (String host : List.of("all", "panics")) {
      ill.put(host + "-0", 503);
      ill.put(host + "-1", 503);
      served(host, 2);
      ill.remove(host + "-0");
      ill.remove(host + "-1");
    }
    Got nobody = ask("all");
    assertThat(nobody.status()).isEqualTo(503);
    assertThat(nobody.body()).isEqualTo("no healthy upstream");
    assertThat(metric("waypoint_outlier_ejected", "all", "")).isEqualTo(2);
    assertThat(served("panics", 10)).containsOnlyKeys("panics-0", "panics-1");
    assertThat(metric("waypoint_outlier_ejected", "panics", "")).isEqualTo(2);
  }

  @Test
  void brokenConnectionsAreCountedByThemselvesWhenSplit() {
    ill.put("split-0", 500);
    ill.put("split-1", 500);
    assertThat(served("split", 20)).containsExactly(Map.entry("500", 20));
    assertThat(metric("waypoint_outlier_ejections_total", "split", "")).isZero();
    ill.put("split-0", 0);
    ill.remove("split-1");
    served("split", 12);
    assertThat(metric("waypoint_outlier_ejections_total", "split", "")).isEqualTo(1);
    assertThat(served("split", 10)).containsExactly(Map.entry("split-1", 10));
  }
}
