// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypoint.filters.Decision;
import io.waypoint.filters.FakeExchange;
import io.waypoint.routing.model.FilterSpec.Fault;
import io.waypoint.routing.model.Share;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** policies.md 5.21. */
class InjectFaultTest {
  private static final Duration TIME = Duration.ofSeconds(3);

  private final FakeExchange exchange = new FakeExchange();

  private static Fault.Delay delay(String percent) {
    return new Fault.Delay(TIME, Share.ofPercent(percent));
  }

  private static Fault.Abort abort(String percent) {
    return new Fault.Abort(503, 14, Share.ofPercent(percent));
  }

  @Test
  void theDelayComesFirstAndThenTheAbort() {
    Decision decision = new InjectFault(new Fault(delay("100"), abort("100"))).onRequest(exchange);
    assertThat(exchange.pauses).containsExactly(TIME);
    assertThat(decision).isInstanceOf(Decision.Await.class);
    var stage = ((Decision.Await) decision).decision().toCompletableFuture();
    assertThat(stage).isNotDone();
    exchange.paused.complete(null);
    assertThat(stage.join())
        .isInstanceOfSatisfying(
            Decision.Respond.class,
            respond -> {
              assertThat(respond.reply().status()).isEqualTo(503);
              assertThat(respond.reply().grpcStatus()).isEqualTo(14);
              assertThat(respond.reply().body()).isEqualTo("fault filter abort");
              assertThat(respond.reply().flag()).isEqualTo("FI");
            });
  }

  @Test
  void whatIsOnlyDelayedGoesOn() {
    var decision =
        (Decision.Await) new InjectFault(new Fault(delay("100"), null)).onRequest(exchange);
    exchange.paused.complete(null);
    assertThat(decision.decision().toCompletableFuture().join()).isEqualTo(Decision.CONTINUE);
  }

  @Test
  void aShareOfNothingNeverHappens() {
    InjectFault filter = new InjectFault(new Fault(delay("0"), abort("0")));
    for (int i = 0; i < 1_000; i++) {
      assertThat(filter.onRequest(exchange)).isEqualTo(Decision.CONTINUE);
    }
    assertThat(exchange.pauses).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"50, 500000", "0.0001, 1", "12.5, 125000", "100, 1000000"})
  void percentagesAreInMillionths(String percent, int millionths) {
    assertThat(Share.ofPercent(percent)).isEqualTo(new Share(millionths));
  }

  @Test
  void aShareOfAThousandthIsMet() {
    InjectFault filter = new InjectFault(new Fault(null, abort("0.1")));
    int aborted = 0;
    for (int i = 0; i < 200_000; i++) {
      aborted += filter.onRequest(exchange) instanceof Decision.Respond ? 1 : 0;
    }
    assertThat(aborted).isBetween(150, 250);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "100.1", "many", "NaN"})
  void whatIsNoShareIsRefused(String percent) {
    assertThatThrownBy(() -> Share.ofPercent(percent)).isInstanceOf(IllegalArgumentException.class);
  }
}
