// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpClient;
import io.vertx.core.http.RequestOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An authorizer that stalls: its requests end at the timeout with the configured status, and other
 * traffic's 99th percentile is what it is beside an authorizer that answers. Both are measured in
 * turns, so that the machine's moods fall on both alike: in each pair as many callers ask the
 * authorizer as often, and it answers in one half and not in the other.
 *
 * <p>In a build the ratio is only told. With {@code -Dwaypoint.measure=true}, on a machine that
 * does nothing else, forty pairs are measured in about two minutes and judged: the 95 % bootstrap
 * interval of the median of their ratios must include a value of at most 1.10.
 */
@Timeout(300)
class StalledAuthorizerIT {
  private static final double MOST = 1.10;
  private static final Duration TIMEOUT = Duration.ofMillis(300);

  /** Timers count whole milliseconds. */
  private static final long TIMER = 2_000_000;

  private static final String POLICIES =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: istio, namespace: istio-system}
      data:
        mesh: |
          extensionProviders:
          - name: hasty
            envoyExtAuthzGrpc: {service: judge.default.svc.cluster.local, port: 80,
              timeout: 0.3s, statusOnError: "503"}
      ---
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: guarded, namespace: default}
      spec:
        targetRefs: [{group: "", kind: Service, name: guarded}]
        action: CUSTOM
        provider: {name: hasty}
        rules: [{}]
      """;

  /**
   * @param requests of other traffic in each half
   * @param callers who ask for what is guarded meanwhile
   */
  private record Size(int pairs, int requests, int callers) {
    static Size ofRun() {
      return isMeasured() ? new Size(40, 1_000, 16) : new Size(4, 200, 2);
    }
  }

  private record Timed(int status, long nanos) {}

  @TempDir private Path folder;
  private final Size size = Size.ofRun();
  private Stage stage;
  private HttpClient client;

  private static boolean isMeasured() {
    return Boolean.getBoolean("waypoint.measure");
  }

  @BeforeEach
  void open() throws Exception {
    stage = new Stage(folder);
    stage.serve("judge", "grpc", new GrpcAuthorizer(stage.vertx()).port);
    stage
        .serve("plain", "http", request -> request.response().end())
        .serve("guarded", "http", request -> request.response().end())
        .with("policies", POLICIES)
        .open();
    client = stage.http1(size.callers() + 1);
  }

  @AfterEach
  void close() {
    stage.close();
  }

  private Timed ask(String service, String path) {
    long begin = System.nanoTime();
    int status =
        client
            .request(new RequestOptions().setHost(service).setPort(80).setURI(path))
            .compose(request -> request.send())
            .compose(response -> response.end().map(response.statusCode()))
            .await();
    return new Timed(status, System.nanoTime() - begin);
  }

  @Test
  void otherTrafficDoesNotNotice() {
    half("/", new ArrayList<>());
    half("/stall", new ArrayList<>());
    double[] ratios = new double[size.pairs()];
    List<Timed> answered = new ArrayList<>();
    List<Timed> stalled = new ArrayList<>();
    for (int i = 0; i < ratios.length; i++) {
      boolean calmFirst = i % 2 == 0;
      double first = calmFirst ? half("/", answered) : half("/stall", stalled);
      double second = calmFirst ? half("/stall", stalled) : half("/", answered);
      ratios[i] = calmFirst ? second / first : first / second;
    }
    double[] interval = interval(ratios);
    System.out.printf(
        "p99 beside a stalled authorizer / beside one that answers: median %.2f, 95 %% interval"
            + " %.2f to %.2f, %d pairs of %d requests, %d stalled%n",
        median(ratios), interval[0], interval[1], ratios.length, size.requests(), stalled.size());
    assertThat(answered).allMatch(timed -> timed.status() == 200);
    assertThat(stalled).hasSizeGreaterThanOrEqualTo(size.pairs());
    assertThat(stalled).allMatch(timed -> timed.status() == 503);
    assertThat(stalled).allMatch(timed -> timed.nanos() >= TIMEOUT.toNanos() - TIMER);
    if (isMeasured()) {
      assertThat(interval[0]).isLessThanOrEqualTo(MOST);
      double typical = median(stalled.stream().mapToDouble(Timed::nanos).toArray());
      assertThat(typical).isLessThan(1.5 * TIMEOUT.toNanos());
    }
  }

  /** The 99th percentile of other traffic while some ask for what is guarded. */
  private double half(String guarded, List<Timed> times) {
    var over = new AtomicBoolean();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Timed>>> under = new ArrayList<>();
      for (int i = 0; i < size.callers(); i++) {
        under.add(callers.submit(() -> askRegularly(guarded, over)));
      }
      double percentile = percentile();
      over.set(true);
      for (Future<List<Timed>> one : under) {
        times.addAll(one.get());
      }
      return percentile;
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** As often whether it is answered at once or at the timeout. */
  private List<Timed> askRegularly(String path, AtomicBoolean over) {
    List<Timed> times = new ArrayList<>();
    do {
      Timed timed = ask("guarded", path);
      times.add(timed);
      LockSupport.parkNanos(TIMEOUT.toNanos() - timed.nanos());
    } while (!over.get());
    return times;
  }

  private double percentile() {
    long[] times = new long[size.requests()];
    for (int i = 0; i < times.length; i++) {
      Timed timed = ask("plain", "/");
      assertThat(timed.status()).isEqualTo(200);
      times[i] = timed.nanos();
    }
    Arrays.sort(times);
    return times[times.length * 99 / 100];
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  /** The 2.5th and the 97.5th percentile of medians of resampled ratios. */
  private static double[] interval(double[] ratios) {
    var random = new SplittableRandom(7);
    double[] medians = new double[2_000];
    for (int i = 0; i < medians.length; i++) {
      double[] sample = new double[ratios.length];
      Arrays.setAll(sample, j -> ratios[random.nextInt(ratios.length)]);
      medians[i] = median(sample);
    }
    Arrays.sort(medians);
    return new double[] {medians[medians.length / 40], medians[medians.length * 39 / 40]};
  }
}
