// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.filters.Decision;
import io.waypoint.filters.FakeExchange;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.FilterSpec.GlobalRateLimit;
import io.waypoint.routing.model.RateDescriptor;
import io.waypoint.routing.model.RateDescriptor.Entry;
import io.waypoint.routing.model.RateDescriptor.Entry.Constant;
import io.waypoint.routing.model.RateDescriptor.Entry.Fact;
import io.waypoint.routing.model.RateDescriptor.Entry.Header;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What whoever counts is told of a request. */
class AskLimiterTest {
  private static final Constant ALL = new Constant("generic_key", "all");

  private final FakeExchange exchange = new FakeExchange();

  private static RateDescriptor of(Entry... entries) {
    return new RateDescriptor(List.of(entries));
  }

  private Decision decide(RateDescriptor... descriptors) {
    var rule =
        new GlobalRateLimit(
            "default/few",
            Backend.broken("limiter", "default", 1, "nobody"),
            "shop",
            List.of(descriptors),
            GlobalRateLimit.TIMEOUT,
            true,
            new GlobalRateLimit.Told(429, 14, false));
    return new AskLimiter(rule).onRequest(exchange);
  }

  private List<String> told(RateDescriptor... descriptors) {
    assertThat(decide(descriptors)).isInstanceOf(Decision.Await.class);
    return exchange.counted.getLast().stream()
        .map(stated ->
            String.join(
                " ", stated.pairs().stream().map(pair -> pair.key() + "=" + pair.value()).toList()))
        .toList();
  }

  @Test
  void factsAndConstantsAreTheSameWhateverTheCallerWrites() {
    exchange.request.add("source_principal", "me");
    exchange.request.add("remote_address", "1.1.1.1");
    assertThat(told(of(ALL, Fact.REMOTE_ADDRESS, Fact.SOURCE_PRINCIPAL), of(Fact.DESTINATION)))
        .containsExactly(
            "generic_key=all remote_address=10.1.0.9"
                + " source_principal=spiffe://cluster.local/ns/default/sa/sleep",
            "destination=reviews.default.svc.cluster.local");
  }

  @Test
  void aDescriptorWithoutOneOfItsHeadersIsLeftOutUnlessThatIsOptional() {
    exchange.request.add("x-a", "1");
    assertThat(
            told(
                of(new Header("x-a", "a", false), new Header("x-b", "b", false)),
                of(new Header("x-a", "a", false), new Header("x-b", "b", true)),
                of(new Header("x-b", "b", true))))
        .containsExactly("a=1");
    assertThat(decide(of(new Header("x-b", "b", false)))).isSameAs(Decision.CONTINUE);
  }

  @Test
  void everyLineOfEveryHeaderIsCountedOnce() {
    for (String line : Arrays.asList("1", "2", "1")) {
      exchange.request.add("x-a", line);
    }
    exchange.request.add("x-b", "8");
    exchange.request.add("X-B", "9");
    assertThat(told(of(new Header("x-a", "a", false), ALL, new Header("x-b", "b", false))))
        .containsExactly(
            "a=1 generic_key=all b=8",
            "a=1 generic_key=all b=9",
            "a=2 generic_key=all b=8",
            "a=2 generic_key=all b=9");
  }

  @Test
  void sixteenDescriptorsAreAskedAboutAndSeventeenAreTooMany() {
    for (int i = 0; i < 15; i++) {
      exchange.request.add("x-a", "a" + i);
    }
    assertThat(told(of(ALL), of(new Header("x-a", "a", false)))).hasSize(16);
    exchange.request.add("x-a", "last");
    assertThat(decide(of(ALL), of(new Header("x-a", "a", false))))
        .isInstanceOfSatisfying(
            Decision.Respond.class, respond -> assertThat(respond.reply().status()).isEqualTo(429));
  }

  /** A caller may not have us hold megabytes for whoever counts. */
  @Test
  void longLinesThatEveryDescriptorRepeatsAreTooMany() {
    for (int i = 0; i < 15; i++) {
      exchange.request.add("x-a", "a" + i);
    }
    exchange.request.add("x-b", "b".repeat(4_000));
    var both = of(new Header("x-a", "a", false), new Header("x-b", "b", false));
    assertThat(told(both)).hasSize(15);
    exchange.request.add("x-c", "c".repeat(4_000));
    var all =
        of(
            new Header("x-a", "a", false),
            new Header("x-b", "b", false),
            new Header("x-c", "c", false));
    assertThat(decide(all))
        .isInstanceOfSatisfying(
            Decision.Respond.class, respond -> assertThat(respond.reply().status()).isEqualTo(429));
  }
}
