// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.filters.Decision;
import io.waypoint.filters.FakeExchange;
import io.waypoint.routing.model.FilterSpec.LocalRateLimit;
import io.waypoint.routing.model.FilterSpec.LocalRateLimit.Scope;
import io.waypoint.routing.model.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** policies.md 5.25. */
class LimitRateTest {
  private final FakeExchange exchange = new FakeExchange();

  private static LocalRateLimit rule(int tokens, int perFill, Scope scope, Share enforced) {
    return new LocalRateLimit(
        "default/few", tokens, perFill, Duration.ofSeconds(10), scope, enforced);
  }

  private int passed(LimitRate filter, int requests) {
    int passed = 0;
    for (int i = 0; i < requests; i++) {
      passed += filter.onRequest(exchange) instanceof Decision.Continue ? 1 : 0;
    }
    return passed;
  }

  private void pass(Duration time) {
    exchange.nanos += time.toNanos();
  }

  @Test
  void aBurstPassesAndThenOneForEachTokenThatComesBack() {
    LimitRate filter = new LimitRate(rule(5, 2, Scope.ROUTE, Share.ALL));
    assertThat(passed(filter, 20)).isEqualTo(5);
    pass(Duration.ofMillis(4_999));
    assertThat(passed(filter, 5)).isZero();
    pass(Duration.ofMillis(1));
    assertThat(passed(filter, 5)).isEqualTo(1);
    pass(Duration.ofSeconds(10));
    assertThat(passed(filter, 5)).isEqualTo(2);
    pass(Duration.ofHours(1));
    assertThat(passed(filter, 20)).isEqualTo(5);
  }

  /** The longest that a bucket may take to fill: 36,525 tokens that come back one a day. */
  @Test
  void aBucketThatFillsForACenturyHoldsAllOfItsTokens() {
    int tokens = 36_525;
    LimitRate filter =
        new LimitRate(
            new LocalRateLimit(
                "default/few", tokens, 1, Duration.ofDays(1), Scope.ROUTE, Share.ALL));
    assertThat(passed(filter, tokens + 10)).isEqualTo(tokens);
    pass(Duration.ofDays(3));
    assertThat(passed(filter, 10)).isEqualTo(3);
  }

  @Test
  void theAnswerIsThatOfEnvoy() {
    LimitRate filter = new LimitRate(rule(1, 1, Scope.ROUTE, Share.ALL));
    filter.onRequest(exchange);
    assertThat(filter.onRequest(exchange))
        .isInstanceOfSatisfying(
            Decision.Respond.class,
            respond -> {
              var reply = respond.reply();
              assertThat(reply.status()).isEqualTo(429);
              assertThat(reply.body()).isEqualTo("local_rate_limited");
              assertThat(reply.flag()).isEqualTo("RL");
              assertThat(reply.fields())
                  .anyMatch(field -> field.name().equals("x-envoy-ratelimited"));
            });
  }

  @Test
  void everyCallerHasABucketOfItsOwn() {
    LimitRate filter = new LimitRate(rule(2, 1, Scope.PRINCIPAL, Share.ALL));
    assertThat(passed(filter, 5)).isEqualTo(2);
    exchange.principal = "spiffe://cluster.local/ns/default/sa/other";
    assertThat(passed(filter, 5)).isEqualTo(2);
  }

  @Test
  void callersWithoutNumberGetNoBucketsWithoutNumber() {
    LimitRate filter = new LimitRate(rule(1, 1, Scope.PRINCIPAL, Share.ALL));
    int passed = 0;
    for (int i = 0; i < 2 * TokenBuckets.MOST; i++) {
      exchange.principal = "spiffe://cluster.local/ns/default/sa/" + i;
      passed += passed(filter, 1);
    }
    assertThat(passed).isBetween(TokenBuckets.MOST, TokenBuckets.MOST + 1);
  }

  @Test
  void whatIsNotEnforcedIsCounted() {
    Map<String, LongSupplier> counts = new HashMap<>();
    exchange.buckets = new TokenBuckets((limit, result, count) -> counts.put(result, count));
    LimitRate filter = new LimitRate(rule(2, 1, Scope.DESTINATION, new Share(0)));
    assertThat(passed(filter, 10)).isEqualTo(10);
    assertThat(count(counts, "ok")).isEqualTo(2);
    assertThat(count(counts, "limited")).isEqualTo(8);
    assertThat(count(counts, "enforced")).isZero();
  }

  private static long count(Map<String, LongSupplier> counts, String result) {
    return Objects.requireNonNull(counts.get(result)).getAsLong();
  }

  @Test
  void loopsThatTakeAtTheSameTimeTakeNoMoreThanThereIs() throws InterruptedException {
    var bucket = new TokenBucket(0);
    var taken = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int k = 0; k < 10_000; k++) {
                  taken.addAndGet(bucket.take(5, 1_000, 1_234) ? 1 : 0);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(taken).hasValue(1_234);
  }
}
