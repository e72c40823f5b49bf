// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.filters.Decision;
import io.waypoint.filters.FakeExchange;
import io.waypoint.filters.FilterCatalog;
import io.waypoint.filters.FilterChain;
import io.waypoint.routing.model.FilterSpec;
import io.waypoint.routing.model.HeaderChange;
import io.waypoint.routing.model.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeaderModifiersTest {
  private final FakeExchange exchange = new FakeExchange();

  private static HeaderChange.Field field(String name, String value) {
    return new HeaderChange.Field(name, value);
  }

  @Test
  void setsAddsAndRemovesWithoutRegardToCase() {
    exchange.request.add("X-Set", "old");
    exchange.request.add("x-set", "older");
    exchange.request.add("x-add", "first");
    exchange.request.add("X-Remove", "gone");
    var change =
        new HeaderChange(
            List.of(field("X-Set", "new")), List.of(field("x-add", "second")), List.of("x-remove"));

    Decision decision = new ModifyRequestHeaders(change).onRequest(exchange);

    assertThat(decision).isSameAs(Decision.CONTINUE);
    assertThat(exchange.request.all("x-set")).containsExactly("new");
    assertThat(exchange.request.all("x-add")).containsExactly("first", "second");
    assertThat(exchange.request.has("x-remove")).isFalse();
    assertThat(exchange.response.fields).isEmpty();
  }

  @Test
  void toSetTheHostRewritesTheAuthority() {
    var change = new HeaderChange(List.of(field("Host", "other:80")), List.of(), List.of());
    new ModifyRequestHeaders(change).onRequest(exchange);
    assertThat(exchange.authority).isEqualTo("other:80");
    assertThat(exchange.request.has("host")).isFalse();
  }

  @Test
  void theRulesFiltersSeeTheRequestFirstAndTheAnswerLast() {
    FilterSpec rule =
        new FilterSpec.ResponseHeaderModifier(
            new HeaderChange(List.of(field("x-by", "rule")), List.of(), List.of()));
    FilterSpec backend =
        new FilterSpec.ResponseHeaderModifier(
            new HeaderChange(List.of(field("x-by", "backend")), List.of(), List.of()));
    var passage =
        FilterCatalog.chain(new Rule(null, List.of(), List.of(rule), List.of()), List.of(backend))
            .enter(exchange);
    assertThat(passage.forward()).isSameAs(Decision.CONTINUE);
    assertThat(exchange.response.fields).isEmpty();
    passage.backward();
    assertThat(exchange.response.all("x-by")).containsExactly("rule");
  }

  @Test
  void noFiltersAreTheEmptyChain() {
    assertThat(FilterCatalog.chain(Rule.DEFAULT, List.of())).isSameAs(FilterChain.EMPTY);
  }
}
