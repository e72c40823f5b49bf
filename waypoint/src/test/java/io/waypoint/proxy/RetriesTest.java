// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.proxy.Retries.Failure;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.balance.RetryShare;
import io.waypoint.routing.model.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetriesTest {
  private static final Retries DEFAULT = Retries.of(null, 2);
  private static final Retries WRITTEN =
      Retries.of(new Retry(Set.of(500), 3, Duration.ofMillis(40)), 2);

  @Test
  void byDefaultOnlyWhatDidNothingIsTriedAgain() {
    Set<Failure> permitted = EnumSet.noneOf(Failure.class);
    for (Failure failure : Failure.values()) {
      if (DEFAULT.permit(failure, false)) {
        permitted.add(failure);
      }
    }
    assertThat(permitted).containsExactly(Failure.UNREACHED, Failure.UNSEEN, Failure.GRPC_STATUS);
    assertThat(DEFAULT.permit(Failure.FOUND_DEAD, true)).isTrue();
    assertThat(DEFAULT.permit(Failure.BROKEN, true)).isFalse();
    assertThat(DEFAULT.permit(Failure.LATE, true)).isFalse();
    assertThat(Failure.values()).allMatch(failure -> WRITTEN.permit(failure, false));
  }

  @Test
  void judgesTheHeadOfAnAnswer() {
    assertThat(WRITTEN.judge(500, false, 0)).isEqualTo(Failure.STATUS);
    assertThat(WRITTEN.judge(503, false, 14)).isNull();
    assertThat(DEFAULT.judge(500, false, 0)).isNull();
    assertThat(DEFAULT.judge(200, true, 14)).isEqualTo(Failure.GRPC_STATUS);
    assertThat(DEFAULT.judge(200, true, 1)).isEqualTo(Failure.GRPC_STATUS);
    assertThat(DEFAULT.judge(200, true, 13)).isNull();
  }

  @Test
  void waitsAtLeastTheBackoffAndDoublesIt() {
    var random = new Random(3);
    for (int i = 0; i < 1_000; i++) {
      for (int attempt = 1; attempt <= 8; attempt++) {
        long least = 40_000_000L << Math.min(attempt - 1, 4);
        assertThat(WRITTEN.delay(attempt, Failure.STATUS, random).toNanos())
            .isBetween(least, least + least / 2);
      }
    }
    assertThat(DEFAULT.delay(1, Failure.UNREACHED, random)).isZero();
    assertThat(DEFAULT.delay(1, Failure.GRPC_STATUS, random))
        .isGreaterThanOrEqualTo(Retries.BACKOFF);
    var none = Retries.of(new Retry(Set.of(), 1, Duration.ZERO), 2);
    assertThat(none.delay(1, Failure.BROKEN, random)).isZero();
  }

  @Test
  void aBudgetIsOfOneBackendWhateverItsEndpointsAre() {
    var all = new RetryBudgets.All();
    var loop = new RetryBudgets(all);
    var reviews = new EndpointSet("reviews", "default", 9080, false, List.of());
    RetryBudget budget = loop.of(reviews, false);
    assertThat(new RetryBudgets(all).of(reviews.with(List.of()), false)).isSameAs(budget);
    var pod = new EndpointSet("reviews", "default", 9080, false, List.of());
    assertThat(loop.of(pod, true)).as("a pod of that name").isNotSameAs(budget);
    var other = new EndpointSet("reviews", "default", 9081, false, List.of());
    assertThat(loop.of(other, false)).isNotSameAs(budget);
  }

  @Test
  void aBudgetPermitsItsShareAndAFewInAnyCase() {
    var budget = new RetryBudget();
    for (int under : new int[] {1, 10, 100, 1_000}) {
      List<RetryBudget.Share> shares = new ArrayList<>();
      for (int i = 0; i < under; i++) {
        shares.add(budget.begin(RetryShare.DEFAULT));
      }
      long repeating = shares.stream().filter(RetryBudget.Share::mayRepeat).count();
      assertThat(repeating).isEqualTo(Math.min(under, Math.max(3, under / 5)));
      assertThat(shares.stream().filter(RetryBudget.Share::mayRepeat).count())
          .as("who repeats already may do so again")
          .isEqualTo(repeating);
      shares.forEach(RetryBudget.Share::end);
      shares.forEach(RetryBudget.Share::end);
      assertThat(budget.requests()).isZero();
      assertThat(budget.repetitions()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1S, 1000000000",
    "200m, 200000000",
    "5u, 5000",
    "7n, 7",
    "1H, 3600000000000",
    "2M, 120000000000",
    "99999999H, -1"
  })
  void readsWhatAGrpcCallerWaits(String text, long nanos) {
    Duration read = GrpcTimeout.parse(text);
    assertThat(read).isNotNull();
    assertThat(read).isEqualTo(nanos < 0 ? Duration.ofHours(99_999_999) : Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @CsvSource({"''", "S", "1", "123456789S", "-1S", "1s", "1.5S", "+1S", "0x1S"})
  void whatIsNotATimeoutCountsAsNone(String text) {
    assertThat(GrpcTimeout.parse(text)).isNull();
  }
}
