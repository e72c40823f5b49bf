// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.RequestOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A backend that is asked for three times what it can do, and endpoints that come and go under
 * load. For a few seconds each, where nothing may fail that need not; with {@code
 * -Dwaypoint.measure=true} for the minutes that figures need, and these are judged as well.
 */
@Timeout(300)
class UnderPressureIT {
  private static final boolean MEASURE = Boolean.getBoolean("waypoint.measure");

  /** So many changes later an endpoint that left is stopped: ten seconds. */
  private static final int GRACE = 50;

  /** What came back, and when. */
  private record Answer(int status, boolean overloaded, long nanos) {}

  /** What the access log says of requests that were not served. */
  private static final class Unserved extends OutputStream {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    final Queue<String> lines = new ConcurrentLinkedQueue<>();

    @Override
    public synchronized void write(int b) {
      if (b != '\n') {
        line.write(b);
        return;
      }
      String whole = line.toString(StandardCharsets.UTF_8);
      line.reset();
      if (!whole.contains("\"response_code\":200")) {
        lines.add(whole);
      }
    }
  }

  @TempDir Path folder;
  private final Unserved log = new Unserved();
  private Stage stage;

  @BeforeEach
  void begin() throws IOException {
    stage = new Stage(folder, log);
  }

  @AfterEach
  void end() {
    stage.close();
  }

  private Future<Answer> ask(HttpClient client) {
    long begun = System.nanoTime();
    var options =
        new RequestOptions().setMethod(HttpMethod.GET).setHost("shop").setPort(80).setURI("/");
    return Answered.to(client, options)
        .map(answered ->
            new Answer(
                answered.status(),
                "true".equals(answered.headers().get("x-envoy-overloaded")),
                System.nanoTime() - begun));
  }

  private static String service(String policy) {
    return Misbehaving.written("shop", "http", policy);
  }

  private int serve(CappedBackend backend) {
    return stage
        .vertx()
        .createHttpServer()
        .requestHandler(backend::handle)
        .listen(0, "127.0.0.1")
        .await()
        .actualPort();
  }

  private void deploy(int index, int port) throws IOException {
    stage.with("shop-" + index, Misbehaving.deployment("shop", index, port));
  }

  /**
   * What is too much is refused at once, so that the backend does as much as ever. The peak is what
   * callers get who ask again as soon as they are answered, as many as the breaker lets through.
   */
  @Test
  void aBackendAskedForThreeTimesItsCapacityStillDoesItsWork() throws Exception {
    int atOnce = 8;
    int permitted = 12;
    var backend = new CappedBackend(stage.vertx(), atOnce, 20);
    stage.with("shop", service("connectionPool: {http: {http2MaxRequests: " + permitted + "}}"));
    deploy(0, serve(backend));
    stage.open();
    HttpClient client = stage.http1(200);
    double peak = closedLoop(client, permitted, MEASURE ? 15 : 1);

    List<Answer> answers =
        openLoop(client, 3 * backend.capacity(), Duration.ofSeconds(MEASURE ? 60 : 3));
    long served = answers.stream().filter(answer -> answer.status() == 200).count();
    List<Answer> rejected = answers.stream().filter(answer -> answer.status() != 200).toList();
    assertThat(rejected).isNotEmpty();
    assertThat(rejected).allMatch(answer -> answer.status() == 503 && answer.overloaded());
    long[] waited = rejected.stream().mapToLong(Answer::nanos).sorted().toArray();
    double goodput = served / (MEASURE ? 60.0 : 3.0);
    System.out.printf(
        "overload: capacity %.0f/s, peak %.0f/s, asked %.0f/s, goodput %.0f/s (%.1f %% of peak),"
            + " %d rejections: p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
        backend.capacity(),
        peak,
        3 * backend.capacity(),
        goodput,
        100 * goodput / peak,
        waited.length,
        waited[waited.length / 2] / 1e6,
        waited[waited.length * 99 / 100] / 1e6,
        waited[waited.length - 1] / 1e6);
    assertThat(backend.most()).as("requests at the backend").isLessThanOrEqualTo(permitted);
    assertThat(served).isPositive();
    if (MEASURE) {
      assertThat(goodput / peak).isGreaterThanOrEqualTo(0.9);
    }
  }

  /** Answers of 200 a second, to callers who wait for each. */
  private double closedLoop(HttpClient client, int callers, int seconds) throws Exception {
    var served = new AtomicLong();
    var over = new AtomicBoolean();
    long begun = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < callers; i++) {
        threads.execute(() -> {
          while (!over.get()) {
            served.addAndGet(ask(client).await().status() == 200 ? 1 : 0);
          }
        });
      }
      LockSupport.parkNanos(Duration.ofSeconds(seconds).toNanos());
      over.set(true);
    }
    return served.get() * 1e9 / (System.nanoTime() - begun);
  }

  /** Requests at a rate, whatever becomes of those before. */
  private List<Answer> openLoop(HttpClient client, double rate, Duration length) {
    List<Future<Answer>> sent = new ArrayList<>();
    long begun = System.nanoTime();
    long apart = (long) (1e9 / rate);
    for (long due = begun; due - begun < length.toNanos(); due += apart) {
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      sent.add(ask(client));
    }
    return sent.stream().map(future -> future.await()).toList();
  }

  /**
   * Five times a second an endpoint comes, and the oldest leaves: taken out of the configuration,
   * and stopped ten seconds later, as pods are. Nobody notices.
   */
  @Test
  void endpointsThatComeAndGoUnderLoadCostNoRequest() throws Exception {
    stage.with("shop", service("outlierDetection: {consecutive5xxErrors: 3}"));
    Deque<HttpServer> running = new ArrayDeque<>();
    Deque<HttpServer> leaving = new ArrayDeque<>();
    int next = 0;
    for (; next < 4; next++) {
      running.add(start(next));
      deploy(next, running.getLast().actualPort());
    }
    stage.open();
    HttpClient client = stage.http1(8);
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    var answered = new AtomicLong();
    var over = new AtomicBoolean();
    int changes = MEASURE ? 600 : 20;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        threads.execute(() -> {
          while (!over.get()) {
            try {
              int status = ask(client).await().status();
              answered.incrementAndGet();
              if (status != 200) {
                failures.add("status " + status);
              }
            } catch (RuntimeException e) {
              failures.add(e.toString());
            }
          }
        });
      }
      long begun = System.nanoTime();
      for (int change = 1; change <= changes; change++, next++) {
        HttpServer server = start(next);
        running.add(server);
        replace(next, next - 4, server.actualPort());
        leaving.add(running.remove());
        if (leaving.size() > GRACE) {
          leaving.remove().close().await();
        }
        long due = begun + change * 200_000_000L;
        while (System.nanoTime() < due) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
      }
      over.set(true);
    }
    System.out.printf(
        "churn: %d changes, %d requests, %d failed %s%n",
        changes, answered.get(), failures.size(), failures.stream().distinct().toList());
    // The log is written by a thread of its own.
    for (int i = 0; i < 100 && log.lines.size() < failures.size(); i++) {
      ask(client).await();
    }
    assertThat(failures).as("failed, and by the log %s", log.lines).isEmpty();
    assertThat(answered.get()).isGreaterThan(changes);
  }

  private HttpServer start(int index) {
    return stage
        .vertx()
        .createHttpServer()
        .requestHandler(request -> request.response().end("shop-" + index))
        .listen(0, "127.0.0.1")
        .await();
  }

  /** One comes and one goes, and no reader sees half a file. */
  private void replace(int comes, int goes, int port) throws IOException {
    Path written = folder.resolve("next");
    Files.writeString(written, Misbehaving.deployment("shop", comes, port));
    Files.move(written, folder.resolve("shop-" + comes + ".yaml"), StandardCopyOption.ATOMIC_MOVE);
    Files.delete(folder.resolve("shop-" + goes + ".yaml"));
  }
}
