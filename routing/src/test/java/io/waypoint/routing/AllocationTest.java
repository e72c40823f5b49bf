// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.waypoint.routing.balance.Asked;
import io.waypoint.routing.balance.Balancer;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.balance.Endpoints;
import io.waypoint.routing.balance.HashKey;
import io.waypoint.routing.balance.LoadBalancing;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What runs for each request leaves nothing to collect. */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int CALLS = 20_000;

  /** The bean itself allocates a little when it is asked; far less than one object a call. */
  private static final long NOISE = CALLS / 4;

  private static final RouteTable TABLE =
      Routes.table(
          "exact:/exact h:version=one -> v1*90 v2*10",
          "prefix:/a/b/c GET h:version=two h~agent=.*Mobile.* q:animal=whale q:color=b+l -> v1 v2!",
          "prefix:/a -> v1",
          "regex:/img/.*\\.png q~size=.*mall | regex:/img/.*\\.png q~size=small|big -> v2");

  private static final RouteTable GRPC =
      Routes.table(
          "call:pb.Echo/Echo h:version=one -> v1*90 v2*10",
          "call:pb.Echo/* -> v1",
          "call:*/Two -> v2");

  private static final CallerRoutes BY_CALLER =
      new CallerRoutes(TABLE, Map.of("shop", GRPC, "other", TABLE));

  private static final Head[] HEADS = {
    Head.of("GET /exact h:version=one"),
    Head.of("GET /exact h:version=two"),
    Head.of("GET /a/b/c/d?x&color=b%2Bl&animal=%77hale h:version=two h:agent=AMobileB"),
    Head.of("POST /a/b/c/d?color=b%2Bl"),
    Head.of("GET /img/cat.png?size=big"),
    Head.of("GET /nowhere?%zz"),
  };

  @Test
  void routing() {
    RandomGenerator random = new SplittableRandom(1);
    assertThat(
            allocated(i -> {
              RouteDecision decision = TABLE.route(HEADS[i % HEADS.length]);
              return decision instanceof RouteDecision.Matched(RouteRule rule)
                  ? rule.pick(random)
                  : decision;
            }))
        .isLessThan(NOISE);
  }

  @Test
  void routingOfGrpcCallsAndByTheCallersNamespace() {
    String[] namespaces = {"shop", "nobody"};
    Head[] calls = {
      Head.of("POST /pb.Echo/Echo h:version=one h:content-type=application/grpc"),
      Head.of("POST /pb.Echo/Other h:content-type=application/grpc+proto"),
      Head.of("POST /pb.Other/Two h:content-type=application/grpc"),
      Head.of("POST /pb.Other/Three h:content-type=application/grpc"),
    };
    assertThat(
            allocated(i -> {
              RouteTable table = BY_CALLER.of(namespaces[i & 1]);
              return table == null ? null : table.route(calls[i >> 1 & 3]);
            }))
        .isLessThan(NOISE);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 1_000})
  void balancing(int endpoints) {
    EndpointSet set = Endpoints.ready(endpoints);
    Asked asked = Asked.first(1).load(endpoint -> 2).hash(77);
    HashKey key = new HashKey.SourceIp();
    for (LoadBalancing balancing :
        new LoadBalancing[] {
          LoadBalancing.Simple.LEAST_REQUEST,
          LoadBalancing.Simple.ROUND_ROBIN,
          LoadBalancing.Simple.RANDOM,
          new LoadBalancing.RingHash(key, 1024),
          new LoadBalancing.Maglev(key, 65_537),
        }) {
      Balancer balancer = balancing.balancer();
      assertThat(allocated(i -> balancer.pick(set, asked))).as("%s", balancing).isLessThan(NOISE);
    }
  }

  /** What the others are measured against: the measure does see objects. */
  @Test
  void seesAllocation() {
    assertThat(allocated(i -> new Object[1])).isGreaterThan(CALLS * 16L);
  }

  /** Patterns that need the engine are the exception, and a bounded one. */
  @Test
  void engineAllocatesLittle() {
    RouteTable table = Routes.table("regex:/v[0-9]+/.* -> v1");
    Head head = Head.of("/v12/items");
    assertThat(allocated(i -> table.route(head)) / CALLS).isLessThan(512);
  }

  private interface Call {
    @Nullable Object run(int i);
  }

  private static @Nullable Object last = "";

  private static long allocated(Call call) {
    run(call);
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 5; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      run(call);
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  private static void run(Call call) {
    for (int i = 0; i < CALLS; i++) {
      last = call.run(i);
    }
    assertThat(last).isNotNull();
  }
}
