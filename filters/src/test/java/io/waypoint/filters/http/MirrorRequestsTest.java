// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.waypoint.filters.Decision;
import io.waypoint.filters.FakeExchange;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.Target;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirrorRequestsTest {
  private static final EndpointSet ENDPOINTS = new EndpointSet("v2", "ns", 80, false, List.of());

  private final FakeExchange exchange = new FakeExchange();

  @ParameterizedTest
  @CsvSource({
    "0,100",
    "20,100",
    "25,50",
    "35,100",
    "1,1000",
    "100,100",
    "3,3",
    "2147483647,2147483647"
  })
  void copiesItsShare(int numerator, int denominator) {
    var backend = new Backend("v2", "ns", 80, 1, new Target.Resolved(ENDPOINTS), List.of());
    var mirror = MirrorRequests.of(new FilterSpec.RequestMirror(backend, numerator, denominator));
    int requests = 20_000;
    for (int i = 0; i < requests; i++) {
      assertThat(mirror.onRequest(exchange)).isSameAs(Decision.CONTINUE);
    }
    double share = (double) numerator / denominator;
    double deviation = Math.sqrt(requests * share * (1 - share));
    assertThat((double) exchange.mirrors.size())
        .isCloseTo(requests * share, within(4 * deviation + 0.001));
  }

  @Test
  void aMirrorThatDoesNotExistChangesNothing() {
    var mirror =
        MirrorRequests.of(
            new FilterSpec.RequestMirror(Backend.broken("v3", "ns", 1, "none"), 100, 100));
    assertThat(mirror.onRequest(exchange)).isSameAs(Decision.CONTINUE);
    assertThat(exchange.mirrors).isEmpty();
  }
}
