// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every balancer, and what holds for one. */
class BalancerTest {
  private static final HashKey KEY = new HashKey.Header("user");

  private final Asked idle = Asked.first(3);

  static List<Balancer> balancers() {
    return List.of(new RoundRobin(), new LeastRequest(), new RandomChoice());
  }

  static List<Balancer> all() {
    return List.of(
        new RoundRobin(),
        new LeastRequest(),
        new RandomChoice(),
        new HashRing(new LoadBalancing.RingHash(KEY, 64)),
        new MaglevTable(new LoadBalancing.Maglev(KEY, 251)));
  }

  @ParameterizedTest
  @MethodSource("balancers")
  void spreadsEvenly(Balancer balancer) {
    Map<Endpoint, Integer> picks = picks(balancer, Endpoints.ready(5), 50_000);
    assertThat(picks.values()).hasSize(5).allSatisfy(n -> assertThat(n).isBetween(9_600, 10_400));
  }

  @ParameterizedTest
  @MethodSource("balancers")
  void picksReadyEndpointsOnlyAndThoseEvenly(Balancer balancer) {
    Map<Endpoint, Integer> picks = picks(balancer, Endpoints.half(10), 50_000);
    assertThat(picks.keySet()).hasSize(5).allMatch(Endpoint::ready);
    assertThat(picks.values()).allSatisfy(n -> assertThat(n).isBetween(9_600, 10_400));
  }

  @ParameterizedTest
  @MethodSource("all")
  void picksNothingWhenNothingIsReady(Balancer balancer) {
    assertThat(balancer.pick(Endpoints.none(0), idle)).isNull();
    assertThat(balancer.pick(Endpoints.none(3), idle)).isNull();
  }

  @ParameterizedTest
  @MethodSource("all")
  void findsTheOneThatWasNotTried(Balancer balancer) {
    EndpointSet set = Endpoints.ready(8);
    for (int left = 0; left < 8; left++) {
      Tried tried = Tried.NONE;
      for (int i = 0; i < 8; i++) {
        tried = i == left ? tried : tried.and(set.endpoints().get(i));
      }
      assertThat(balancer.pick(set, idle.tried(tried))).isEqualTo(set.endpoints().get(left));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void picksATriedOneWhenThereIsNoOther(Balancer balancer) {
    EndpointSet set = Endpoints.ready(2);
    Tried all = Tried.NONE.and(set.endpoints().getFirst()).and(set.endpoints().getLast());
    assertThat(balancer.pick(set, idle.tried(all))).isIn(set.endpoints());
    EndpointSet one = Endpoints.ready(1);
    Tried only = Tried.NONE.and(one.endpoints().getFirst());
    assertThat(balancer.pick(one, idle.tried(only))).isEqualTo(one.endpoints().getFirst());
  }

  @ParameterizedTest
  @MethodSource("all")
  void survivesAChangeOfTheSet(Balancer balancer) {
    for (int size : new int[] {9, 2, 1, 5, 0, 3}) {
      Endpoint picked = balancer.pick(Endpoints.ready(size), idle);
      assertThat(picked == null).isEqualTo(size == 0);
    }
  }

  @Test
  void roundRobinTakesTurns() {
    Balancer balancer = new RoundRobin();
    EndpointSet set = Endpoints.ready(3);
    List<Endpoint> all = set.endpoints();
    int start = all.indexOf(balancer.pick(set, idle));
    for (int i = 1; i < 10; i++) {
      assertThat(balancer.pick(set, idle)).isEqualTo(all.get((start + i) % 3));
    }
  }

  @Test
  void roundRobinsOfManyProxiesDoNotStartTogether() {
    Map<Endpoint, Integer> starts = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      Endpoint first = new RoundRobin().pick(Endpoints.ready(4), idle);
      starts.merge(first, 1, Integer::sum);
    }
    assertThat(starts.values()).hasSize(4).allSatisfy(n -> assertThat(n).isBetween(190, 310));
  }

  @Test
  void leastRequestAvoidsTheBusyOne() {
    EndpointSet set = Endpoints.ready(4);
    Endpoint busy = set.endpoints().get(2);
    Asked asked = idle.load(endpoint -> endpoint.equals(busy) ? 50 : 1);
    for (int i = 0; i < 1_000; i++) {
      assertThat(new LeastRequest().pick(set, asked)).isNotEqualTo(busy);
    }
  }

  /** Nine answer at once, one needs twenty rounds for each request. */
  @Test
  void leastRequestGivesASlowEndpointLess() {
    EndpointSet set = Endpoints.ready(10);
    Endpoint slow = set.endpoints().getFirst();
    Balancer balancer = new LeastRequest();
    int waiting = 0;
    int given = 0;
    for (int round = 1; round <= 10_000; round++) {
      int busy = waiting;
      Asked asked = idle.load(endpoint -> endpoint.equals(slow) ? busy : 0);
      if (slow.equals(balancer.pick(set, asked))) {
        waiting++;
        given++;
      }
      waiting -= round % 20 == 0 && waiting > 0 ? 1 : 0;
    }
    assertThat(given).isBetween(300, 600);
    assertThat(waiting).isLessThan(3);
  }

  private Map<Endpoint, Integer> picks(Balancer balancer, EndpointSet set, int count) {
    Map<Endpoint, Integer> picks = new HashMap<>();
    for (int i = 0; i < count; i++) {
      Endpoint picked = balancer.pick(set, idle);
      assertThat(picked).isNotNull();
      picks.merge(picked, 1, Integer::sum);
    }
    return picks;
  }
}
