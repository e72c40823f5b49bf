// SPDX-License-Identifier: Apache-2.0
package io.waypoint.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.routing.balance.ConnectionLimits;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointHealth.Outcome;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.balance.HashKey;
import io.waypoint.routing.balance.LoadBalancing;
import io.waypoint.routing.balance.Locality;
import io.waypoint.routing.balance.LocalityRule;
import io.waypoint.routing.balance.OutlierDetection;
import io.waypoint.routing.balance.Placement;
import io.waypoint.routing.balance.TrafficPolicy;
import io.waypoint.routing.balance.Tried;
import io.waypoint.routing.balance.Warmup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two event loops that share what they learn of one backend; the clock is the test's. */
class BackendTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final SharedBackends shared = new SharedBackends(SharedBackends.Meters.NONE);
  private final Backends one = loop();
  private final Backends two = loop();
  private final RandomGenerator random = new SplittableRandom(9);
  private long now = 1_000 * SECOND;

  private Backends loop() {
    return new Backends(
        shared,
        new Locality("eu", "eu-1", "", ""),
        allowance -> {
          throw new AssertionError("nobody connects");
        });
  }

  private static Endpoint endpoint(int i, String zone) {
    return new Endpoint(
        new InetSocketAddress("127.0.0.1", 9_000 + i),
        null,
        "default/w" + i,
        true,
        new Locality("eu", zone, "", ""));
  }

  private static EndpointSet set(TrafficPolicy policy, int count) {
    return new EndpointSet(
        "reviews",
        "default",
        80,
        false,
        IntStream.range(0, count).mapToObj(i -> endpoint(i, "eu-1")).toList(),
        policy);
  }

  private static TrafficPolicy outliers(OutlierDetection detection) {
    return new TrafficPolicy(
        LoadBalancing.Simple.ROUND_ROBIN,
        ConnectionLimits.NONE,
        detection,
        LocalityRule.ANYWHERE,
        null);
  }

  private static OutlierDetection afterTwo(int mostPercent, int leastHealth) {
    return new OutlierDetection(
        2, 0, 5, false, Duration.ofSeconds(10), Duration.ofSeconds(30), mostPercent, leastHealth);
  }

  private @Nullable Endpoint pick(Backends loop, EndpointSet set) {
    return loop.pick(set, new Request(), () -> now);
  }

  private Map<String, Integer> picks(Backends loop, EndpointSet set, int count) {
    Map<String, Integer> picks = new HashMap<>();
    for (int i = 0; i < count; i++) {
      Endpoint picked = pick(loop, set);
      picks.merge(picked == null ? "nobody" : picked.workload(), 1, Integer::sum);
    }
    return picks;
  }

  private void fail(Backends loop, EndpointSet set, int endpoint, int times) {
    for (int i = 0; i < times; i++) {
      loop.report(set.endpoints().get(endpoint), Outcome.SERVER_ERROR, set, () -> now);
    }
  }

  /** A first attempt. */
  private final class Request implements Placement {
    @Override
    public Tried tried() {
      return Tried.NONE;
    }

    @Override
    public int active(Endpoint endpoint) {
      return 0;
    }

    @Override
    public RandomGenerator random() {
      return random;
    }

    @Override
    public long hash(HashKey key) {
      return random.nextLong();
    }
  }

  @Test
  void errorsOnTwoLoopsAddUpAndBothLeaveTheEndpointOut() {
    EndpointSet set = set(outliers(afterTwo(50, 0)), 4);
    assertThat(picks(one, set, 400)).hasSize(4);
    fail(one, set, 2, 1);
    fail(two, set, 2, 1);
    assertThat(picks(one, set, 300)).hasSize(3).doesNotContainKey("default/w2");
    assertThat(picks(two, set, 300)).hasSize(3).doesNotContainKey("default/w2");
  }

  @Test
  void itComesBackWhenItsTimeIsOver() {
    EndpointSet set = set(outliers(afterTwo(50, 0)), 4);
    picks(one, set, 4);
    fail(one, set, 2, 2);
    now += 29 * SECOND;
    one.tick(now);
    assertThat(picks(one, set, 300)).doesNotContainKey("default/w2");
    now += 11 * SECOND;
    assertThat(one.tick(now)).isEqualTo(1);
    assertThat(picks(one, set, 400)).containsKey("default/w2");
    assertThat(picks(two, set, 400)).containsKey("default/w2");
  }

  @Test
  void anEndpointThatLeavesAndComesBackIsStillOut() {
    TrafficPolicy policy = outliers(afterTwo(50, 0));
    EndpointSet set = set(policy, 4);
    picks(one, set, 4);
    fail(one, set, 3, 2);
    picks(one, set(policy, 3), 4);
    assertThat(picks(one, set(policy, 4), 400)).doesNotContainKey("default/w3");
  }

  @Test
  void noMoreThanTheShareIsEjected() {
    EndpointSet set = set(outliers(afterTwo(30, 0)), 10);
    picks(one, set, 10);
    for (int i = 0; i < 10; i++) {
      fail(one, set, i, 2);
    }
    assertThat(picks(one, set, 700)).hasSize(7);
  }

  @Test
  void withAllEjectedNobodyServesUnlessPanicIsOn() {
    EndpointSet set = set(outliers(afterTwo(100, 0)), 3);
    EndpointSet panicking = set(outliers(afterTwo(100, 50)), 3);
    picks(one, set, 3);
    for (int i = 0; i < 3; i++) {
      fail(one, set, i, 2);
    }
    assertThat(picks(one, set, 10)).containsOnlyKeys("nobody");
    assertThat(picks(one, panicking, 30)).hasSize(3).doesNotContainKey("nobody");
  }

  @Test
  void theOwnZoneServesUntilItFails() {
    var policy =
        new TrafficPolicy(
            LoadBalancing.Simple.RANDOM,
            ConnectionLimits.NONE,
            afterTwo(100, 0),
            LocalityRule.SAME_ZONE,
            null);
    var set =
        new EndpointSet(
            "reviews",
            "default",
            80,
            false,
            List.of(endpoint(0, "eu-1"), endpoint(1, "eu-1"), endpoint(2, "eu-2")),
            policy);
    assertThat(picks(one, set, 300)).containsOnlyKeys("default/w0", "default/w1");
    fail(one, set, 0, 2);
    assertThat(picks(one, set, 1_000)).containsOnlyKeys("default/w1", "default/w2");
    fail(one, set, 1, 2);
    assertThat(picks(one, set, 300)).containsOnlyKeys("default/w2");
  }

  @Test
  void aNewEndpointGetsItsShareLittleByLittle() {
    var policy =
        new TrafficPolicy(
            LoadBalancing.Simple.ROUND_ROBIN,
            ConnectionLimits.NONE,
            null,
            LocalityRule.ANYWHERE,
            new Warmup(Duration.ofSeconds(100), 10, 1));
    picks(one, set(policy, 3), 10);
    EndpointSet grown = set(policy, 4);
    assertThat(picks(one, grown, 4_000).get("default/w3")).isBetween(60, 220);
    now += 50 * SECOND;
    assertThat(picks(one, grown, 4_000).get("default/w3")).isBetween(450, 750);
    now += 50 * SECOND;
    one.tick(now);
    assertThat(picks(one, grown, 4_000).get("default/w3")).isBetween(950, 1_050);
  }

  @Test
  void withoutPolicyNothingIsRemembered() {
    EndpointSet set = set(TrafficPolicy.DEFAULT, 2);
    fail(one, set, 0, 100);
    assertThat(picks(one, set, 200)).hasSize(2);
  }
}
