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
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
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

/**
 * Applications that are slow, refuse, reset, fail and come back as a test says, behind tunnels, and
 * a clock that goes on as the test says. What comes of it is seen as callers and metrics see it.
 */
final class Misbehaving implements AutoCloseable {
  /** Instead of a status: the connection is closed. */
  static final int RESETS = 0;

  /** Instead of a status: there is never an answer. */
  static final int SILENT = -1;

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

  /**
   * @param body the name of the application when it is well
   * @param overloaded {@code x-envoy-overloaded}
   */
  record Got(int status, String body, @Nullable String overloaded) {}

  private final Stage stage;
  private final AtomicLong ahead = new AtomicLong();
  private final BlockingQueue<HttpServerRequest> held = new LinkedBlockingQueue<>();
  private final Map<String, AtomicInteger> accepted = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> silent = new ConcurrentHashMap<>();
  private final Map<String, Semaphore> closed = new ConcurrentHashMap<>();
  private final Map<String, int[]> ill = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> turns = new ConcurrentHashMap<>();
  private final Queue<String> attempts = new ConcurrentLinkedQueue<>();
  private @Nullable HttpClient client;

  Misbehaving(Path folder) throws IOException {
    stage = new Stage(folder);
  }

  Stage stage() {
    return stage;
  }

  /** A service without applications. */
  Misbehaving declare(String name, String protocol, String policy) throws IOException {
    stage.with(name, written(name, protocol, policy));
    return this;
  }

  /** An application of a service, wherever it listens. */
  void deploy(String app, int index, int port) throws IOException {
    stage.with(app + "-" + index, deployment(app, index, port));
  }

  /** A service and what a DestinationRule says of it. */
  static String written(String name, String protocol, String policy) {
    return SERVICE.replace("NAME", name).replace("PROTOCOL", protocol).replace("POLICY", policy);
  }

  /** One application of a service, at a port of this machine. */
  static String deployment(String app, int index, int port) {
    return DEPLOYMENT
        .replace("APP", app)
        .replace("INDEX", Integer.toString(index))
        .replace("PORT", Integer.toString(port));
  }

  /** A service whose applications {@code name-0}, {@code name-1} and so on are well at first. */
  Misbehaving service(String name, int endpoints, String policy) throws IOException {
    declare(name, "http", policy);
    for (int i = 0; i < endpoints; i++) {
      deploy(name, i, application(name, i));
    }
    return this;
  }

  /** Starts an application; its port. */
  int application(String service, int index) {
    AtomicInteger count = accepted.computeIfAbsent(service, _ -> new AtomicInteger());
    Semaphore ends = closed.computeIfAbsent(service, _ -> new Semaphore(0));
    String who = service + "-" + index;
    return stage
        .vertx()
        .createHttpServer(new HttpServerOptions())
        .connectionHandler(connection -> {
          count.incrementAndGet();
          connection.closeHandler(v -> ends.release());
        })
        .requestHandler(request -> serve(who, request))
        .listen(0, "127.0.0.1")
        .await()
        .actualPort();
  }

  private void serve(String who, HttpServerRequest request) {
    int status = next(who);
    if (request.path().equals("/hold")) {
      held.add(request);
    } else if (request.path().equals("/once-ill") && !attempts.contains(who + request.query())) {
      attempts.add(who + request.query());
      request.response().setStatusCode(503).end();
    } else if (request.path().equals("/once-ill")) {
      held.add(request);
    } else if (status == SILENT) {
      silent.computeIfAbsent(who, _ -> new AtomicInteger()).incrementAndGet();
    } else if (status == RESETS) {
      request.connection().close();
    } else {
      request.response().setStatusCode(status).end(who);
    }
  }

  private int next(String who) {
    int[] statuses = ill.getOrDefault(who, new int[] {200});
    int turn = turns.computeIfAbsent(who, _ -> new AtomicInteger()).getAndIncrement();
    return statuses[turn % statuses.length];
  }

  /** From now on an application answers with these statuses in turn. */
  void ill(String who, int... statuses) {
    turns.remove(who);
    ill.put(who, statuses);
  }

  void well(String who) {
    ill.remove(who);
  }

  void open() throws Exception {
    Clocks system = Clocks.system();
    stage.open(new Clocks(system.wall(), () -> System.nanoTime() + ahead.get(), system.secrets()));
    client = stage.http1(16);
  }

  /** Time goes on. */
  void pass(Duration time) {
    ahead.addAndGet(time.toNanos());
  }

  Future<Got> send(String host, String path) {
    var options =
        new RequestOptions().setMethod(HttpMethod.GET).setHost(host).setPort(80).setURI(path);
    return Answered.to(Objects.requireNonNull(client), options)
        .map(answered ->
            new Got(
                answered.status(), answered.body(), answered.headers().get("x-envoy-overloaded")));
  }

  Got ask(String host) {
    return send(host, "/").await();
  }

  /** How many requests each application has answered with 200, and how many had which status. */
  Map<String, Integer> served(String host, int requests) {
    Map<String, Integer> by = new HashMap<>();
    for (int i = 0; i < requests; i++) {
      Got got = ask(host);
      by.merge(got.status() == 200 ? got.body() : Integer.toString(got.status()), 1, Integer::sum);
    }
    return by;
  }

  /** A request to {@code /hold} or {@code /once-ill} that has arrived and waits for the test. */
  HttpServerRequest untilHeld() throws InterruptedException {
    HttpServerRequest request = held.poll(10, TimeUnit.SECONDS);
    assertThat(request).as("a request has arrived").isNotNull();
    return Objects.requireNonNull(request);
  }

  static void letGo(HttpServerRequest request) {
    request.response().end("late");
  }

  /** How many connections a service's applications have accepted. */
  int accepted(String service) {
    return accepted.getOrDefault(service, new AtomicInteger()).get();
  }

  /** How many requests an application has left without an answer. */
  int unanswered(String who) {
    return silent.getOrDefault(who, new AtomicInteger()).get();
  }

  /** Whether a connection of a service's application has been closed. */
  boolean untilClosed(String service) throws InterruptedException {
    return closed.getOrDefault(service, new Semaphore(0)).tryAcquire(10, TimeUnit.SECONDS);
  }

  /**
   * @param labels further ones, each after a comma
   */
  long metric(String name, String destination, String labels) {
    String line = name + "{destination=\"default/" + destination + ":80\"" + labels + "}";
    return stage
        .metrics()
        .lines()
        .filter(each -> each.startsWith(line))
        .mapToLong(each -> (long) Double.parseDouble(each.substring(each.lastIndexOf(' '))))
        .sum();
  }

  long overflows(String destination, String limit) {
    return metric("waypoint_breaker_overflow_total", destination, ",limit=\"" + limit + "\"");
  }

  long ejections(String destination) {
    return metric("waypoint_outlier_ejections_total", destination, "");
  }

  /** How many endpoints are ejected now. */
  long ejected(String destination) {
    return metric("waypoint_outlier_ejected", destination, "");
  }

  void untilReturned(String destination, long times) {
    untilMetric("waypoint_outlier_returns_total", destination, value -> value == times);
  }

  /** Housekeeping runs on a timer of its own: what it has done is asked for until it is seen. */
  private void untilMetric(String name, String destination, LongPredicate is) {
    long value = metric(name, destination, "");
    for (long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        !is.test(value) && System.nanoTime() < end; ) {
      value = metric(name, destination, "");
    }
    assertThat(is.test(value)).as("%s of %s is %d", name, destination, value).isTrue();
  }

  /** Requests to a service that ended with a flag. */
  long flagged(String service, String flag) {
    return stage
        .metrics()
        .lines()
        .filter(line -> line.startsWith("istio_requests_total{"))
        .filter(line -> line.contains("destination_service_name=\"" + service + "\""))
        .filter(line -> line.contains("response_flags=\"" + flag + "\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Override
  public void close() {
    stage.close();
  }
}
