// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Ring hash and Maglev; places and tables are those that Envoy documents for these endpoints. */
class ConsistentHashTest {
  private static final HashKey KEY = new HashKey.SourceIp();
  private static final int KEYS = 20_000;

  private final Asked asked = Asked.first(5);

  static List<LoadBalancing> algorithms() {
    return List.of(
        new LoadBalancing.RingHash(KEY, LoadBalancing.RingHash.DEFAULT_SIZE),
        new LoadBalancing.Maglev(KEY, LoadBalancing.Maglev.DEFAULT_SIZE));
  }

  /** Ports 90 to 95 on 127.0.0.1. */
  private static EndpointSet six() {
    return set(IntStream.rangeClosed(90, 95).mapToObj(ConsistentHashTest::local).toList());
  }

  private static Endpoint local(int port) {
    return new Endpoint(new InetSocketAddress("127.0.0.1", port), null, "default/w" + port, true);
  }

  private static EndpointSet set(List<Endpoint> endpoints) {
    return new EndpointSet("reviews", "default", 80, false, endpoints);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 94",
    "833437586790550860, 94",
    "833437586790550861, 92",
    "928266305478181109, 90",
    "1033482794131418491, 95",
    "3551244743356806947, 95",
    "3551244743356806948, 93",
    "3851675632748031482, 91",
    "5583722120771150862, 91",
    "6311230543546372929, 93",
    "7700377290971790573, 95",
    "13144177310400110814, 92",
    "13444792449719432968, 94",
    "15516499411664133161, 90",
    "16117243373044804889, 90",
    "16117243373044804890, 94",
    "18446744073709551615, 94",
  })
  void theRingHasItsPublishedPlaces(String hash, int port) {
    Balancer ring = new LoadBalancing.RingHash(KEY, 8).balancer();
    Endpoint picked = ring.pick(six(), asked.hash(Long.parseUnsignedLong(hash)));
    assertThat(picked).isEqualTo(local(port));
  }

  @Test
  void theMaglevTableIsThePublishedOne() {
    Balancer maglev = new LoadBalancing.Maglev(KEY, 7).balancer();
    int[] ports = {92, 94, 90, 91, 95, 90, 93};
    for (int i = 0; i < 21; i++) {
      assertThat(maglev.pick(six(), asked.hash(i))).isEqualTo(local(ports[i % 7]));
    }
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void theOrderInWhichEndpointsAreToldMeansNothing(LoadBalancing algorithm) {
    List<Endpoint> shuffled = new ArrayList<>(Endpoints.ready(20).endpoints());
    Collections.shuffle(shuffled, new Random(1));
    assertThat(owners(algorithm, set(shuffled))).isEqualTo(owners(algorithm, Endpoints.ready(20)));
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void oneThatLeavesTakesHardlyAnyOtherKeysAlong(LoadBalancing algorithm) {
    for (int n : new int[] {3, 10, 50}) {
      EndpointSet before = Endpoints.ready(n);
      EndpointSet after = set(before.endpoints().subList(0, n - 1));
      Map<Long, Endpoint> was = owners(algorithm, before);
      Map<Long, Endpoint> is = owners(algorithm, after);
      long moved =
          was.entrySet().stream().filter(e -> !e.getValue().equals(is.get(e.getKey()))).count();
      assertThat(moved / (double) KEYS).as("%s of %d", algorithm, n).isLessThan(1.0 / n + 0.05);
    }
  }

  @Test
  void maglevSharesNearlyEvenly() {
    var maglev = new LoadBalancing.Maglev(KEY, LoadBalancing.Maglev.DEFAULT_SIZE);
    Map<Endpoint, Integer> counts = new HashMap<>();
    owners(maglev, Endpoints.ready(10)).values().forEach(e -> counts.merge(e, 1, Integer::sum));
    assertThat(counts.values()).allSatisfy(n -> assertThat(n).isBetween(1_850, 2_150));
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void aRetryGoesToAnotherEndpoint(LoadBalancing algorithm) {
    Balancer balancer = algorithm.balancer();
    Endpoint first = balancer.pick(six(), asked.hash(77));
    EndpointSet set = six();
    Endpoint second =
        balancer.pick(set, asked.hash(77).tried(Tried.NONE.and(Objects.requireNonNull(first))));
    assertThat(second).isNotEqualTo(first);
    assertThat(balancer.pick(set, asked.hash(77))).isEqualTo(first);
  }

  @Test
  void sizesThatMakeNoTableAreRefused() {
    assertThatThrownBy(() -> new LoadBalancing.Maglev(KEY, 65_536))
        .hasMessageContaining("prime number");
    assertThatThrownBy(() -> new LoadBalancing.RingHash(KEY, 0)).hasMessageContaining("from 1 to");
  }

  private Map<Long, Endpoint> owners(LoadBalancing algorithm, EndpointSet set) {
    Balancer balancer = algorithm.balancer();
    Map<Long, Endpoint> owners = new HashMap<>();
    for (long key = 0; key < KEYS; key++) {
      Asked one = asked.hash(XxHash64.hash(Long.toString(key), 0));
      owners.put(key, Objects.requireNonNull(balancer.pick(set, one)));
    }
    return owners;
  }
}
