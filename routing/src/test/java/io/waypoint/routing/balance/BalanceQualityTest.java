// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How evenly many requests fall on few and on many endpoints. */
class BalanceQualityTest {
  private static final int EACH = 200;

  @ParameterizedTest
  @ValueSource(ints = {3, 10, 100, 1_000})
  void roundRobinIsWithinFivePercent(int endpoints) {
    EndpointSet set = Endpoints.ready(endpoints);
    Balancer balancer = LoadBalancing.Simple.ROUND_ROBIN.balancer();
    Asked asked = Asked.first(1);
    int[] given = new int[endpoints];
    for (int i = 0; i < endpoints * EACH; i++) {
      given[number(picked(balancer.pick(set, asked)))]++;
    }
    assertThat(worst(given)).isLessThanOrEqualTo(1.05);
  }

  /**
   * Every tenth endpoint takes ten times as long. What is balanced is the work under way: the
   * largest number of requests at one endpoint, on average over time, against the mean of all.
   */
  @ParameterizedTest
  @ValueSource(ints = {3, 10, 100, 1_000})
  void leastRequestEvensOutSlowEndpoints(int endpoints) {
    EndpointSet set = Endpoints.ready(endpoints);
    Balancer balancer = LoadBalancing.Simple.LEAST_REQUEST.balancer();
    int[] active = new int[endpoints];
    long[] work = new long[endpoints];
    Asked asked = Asked.first(2).load(endpoint -> active[number(endpoint)]);
    var latency = new SplittableRandom(3);
    int underWay = endpoints * 20;
    Queue<Integer> fast = new ArrayDeque<>();
    Queue<Integer> slow = new ArrayDeque<>();
    int rounds = endpoints * EACH;
    for (int i = 0; i < rounds; i++) {
      int at = number(picked(balancer.pick(set, asked)));
      active[at]++;
      (at % 10 == 0 ? slow : fast).add(at);
      // Of the slow ones one ends for every ten of the fast ones, in proportion to their number.
      while (fast.size() + slow.size() > underWay) {
        double weight = fast.size() / (fast.size() + slow.size() / 10.0);
        Queue<Integer> ends = latency.nextDouble() < weight ? fast : slow;
        active[(ends.isEmpty() ? fast : ends).remove()]--;
      }
      if (i >= rounds / 2 && i % endpoints == 0) {
        for (int e = 0; e < endpoints; e++) {
          work[e] += active[e];
        }
      }
    }
    assertThat(worst(work)).isLessThanOrEqualTo(1.25);
  }

  private static double worst(int[] counts) {
    return worst(Arrays.stream(counts).asLongStream().toArray());
  }

  private static double worst(long[] counts) {
    return Arrays.stream(counts).max().orElseThrow()
        / Arrays.stream(counts).average().orElseThrow();
  }

  private static Endpoint picked(@Nullable Endpoint endpoint) {
    return Objects.requireNonNull(endpoint);
  }

  private static int number(Endpoint endpoint) {
    return Integer.parseInt(endpoint.workload().substring("default/w".length()));
  }
}
