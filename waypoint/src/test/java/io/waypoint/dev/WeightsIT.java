// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.waypoint.Clocks;
import io.waypoint.config.Problem;
import io.waypoint.config.WaypointSettings;
import io.waypoint.discovery.file.DiscoveryReport;
import io.waypoint.world.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The files change while requests come. */
@Timeout(120)
class WeightsIT {
  private static final int CALLERS = 4;
  private static final Duration SOON = Duration.ofMillis(300);

  private record Answer(String version, long nanos) {}

  @TempDir Path folder;
  private final BlockingQueue<List<Problem>> rejected = new LinkedBlockingQueue<>();
  private final BlockingQueue<List<String>> changes = new LinkedBlockingQueue<>();
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = vertx.createHttpClient();
  private DevMesh mesh;
  private Path route;
  private long written;

  @BeforeEach
  void aMeshOfItsOwn() throws Exception {
    try (Stream<Path> examples = Files.list(BookinfoStoryIT.examples())) {
      for (Path example : examples.toList()) {
        Files.copy(example, folder.resolve(example.getFileName()));
      }
    }
    route = folder.resolve("reviews-route.yaml");
    DevSettings quiet = DevSettings.quiet(List.of(folder)).withReport(new Listening());
    Clocks seeded = new Clocks(InstantSource.system(), System::nanoTime, new Seeded(20));
    mesh = DevMesh.start(quiet.withWaypoint(oneLoop(quiet.waypoint())), seeded);
  }

  @AfterEach
  void close() {
    mesh.close();
    vertx.close().await();
  }

  @Test
  void thousandCallsFollowTheWeights() {
    Map<String, Integer> calls = new TreeMap<>();
    for (int i = 0; i < 1_000; i++) {
      calls.merge(version().await(), 1, Integer::sum);
    }

    System.out.println("1,000 calls: " + calls);
    assertThat(calls).containsOnlyKeys("v1", "v2");
    assertThat(calls.get("v2")).isBetween(70, 130);
  }

  @Test
  void changeOfWeightsIsObeyedSoonAndLosesNoRequest() throws Exception {
    for (int i = 0; i < CALLERS; i++) {
      again();
    }
    Duration took = untilOnlyTheSecond();
    if (took.compareTo(SOON) >= 0) {
      System.out.println("the first time it took " + took);
      change("weight: 0", "weight: 90");
      took = untilOnlyTheSecond();
    }

    System.out.println("the weights were obeyed after " + took);
    assertThat(took).isLessThan(SOON);
    assertThat(failures).isEmpty();
  }

  /**
   * Takes the first version's weight away; returns the time from the end of the writing to the last
   * answer of the first version, but for what the machine stood still.
   */
  private Duration untilOnlyTheSecond() throws Exception {
    answers.clear();
    while (!answer().version().equals("v1")) {
      assertThat(failures).isEmpty();
    }
    try (Stalls stalls = new Stalls()) {
      change("weight: 90", "weight: 0");
      Duration stood = stalls.soFar();
      long last = written;
      for (int second = 0; second < 200; ) {
        Answer answer = answer();
        second = answer.version().equals("v2") ? second + 1 : 0;
        last = second == 0 ? Math.max(last, answer.nanos()) : last;
      }
      return Duration.ofNanos(last - written).minus(stood);
    }
  }

  /** Returns when the change is in force. */
  private void change(String old, String now) throws Exception {
    replace(old, now);
    written = System.nanoTime();
    assertThat(changes.poll(20, TimeUnit.SECONDS)).singleElement().asString().contains("reviews");
  }

  private Answer answer() throws InterruptedException {
    Answer answer = answers.poll(20, TimeUnit.SECONDS);
    assertThat(answer).as("an answer; failed were " + failures).isNotNull();
    return answer;
  }

  @Test
  void syntaxErrorIsToldWithItsPlaceAndChangesNothing() throws Exception {
    replace("weight: 90", "weight: [");

    List<Problem> problems = rejected.poll(20, TimeUnit.SECONDS);
    assertThat(problems.getFirst().toString())
        .containsPattern("reviews-route\\.yaml:\\d+:\\d+ error");
    assertThat(version().await()).isIn("v1", "v2");
    assertThat(changes).isEmpty();

    replace("weight: [", "weight: 0");
    assertThat(changes.poll(20, TimeUnit.SECONDS)).isNotEmpty();
    assertThat(version().await()).isEqualTo("v2");
  }

  private void again() {
    version()
        .onSuccess(version -> {
          answers.add(new Answer(version, System.nanoTime()));
          again();
        })
        .onFailure(failures::add);
  }

  private Future<String> version() {
    RequestOptions options =
        new RequestOptions()
            .setHost("reviews")
            .setPort(9080)
            .setURI("/reviews/0")
            .setProxyOptions(mesh.socks("sleep.default"));
    return client
        .request(options)
        .compose(request ->
            request
                .send()
                .expecting(response -> response.statusCode() == 200)
                .compose(HttpClientResponse::body))
        .map(body -> body.toJsonObject().getString("version"));
  }

  /** As an editor saves: another file that takes the name over. */
  private void replace(String old, String now) throws IOException {
    Path draft = folder.resolve(".reviews-route.yaml.swp");
    Files.writeString(draft, Files.readString(route).replace(old, now));
    Files.move(draft, route, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static WaypointSettings oneLoop(WaypointSettings settings) {
    return new WaypointSettings(
        settings.ports(),
        settings.timeouts(),
        settings.limits(),
        settings.drain(),
        new WaypointSettings.Instance(
            1, null, settings.instance().rootNamespace(), null, null, null, null));
  }

  private final class Listening implements DiscoveryReport {
    @Override
    public void published(World world, List<String> differences, List<Problem> problems) {
      if (!differences.isEmpty()) {
        changes.add(differences);
      }
    }

    @Override
    public void rejected(List<Problem> problems) {
      rejected.add(problems);
    }
  }

  /** Keys stay secret; what the proxy draws its own seeds from is the same in every run. */
  private static final class Seeded extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final transient SplittableRandom seeds;

    Seeded(long seed) {
      seeds = new SplittableRandom(seed);
    }

    @Override
    public long nextLong() {
      return seeds.nextLong();
    }
  }
}
