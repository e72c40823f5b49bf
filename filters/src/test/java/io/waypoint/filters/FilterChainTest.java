// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FilterChainTest {
  private static final LocalReply TEAPOT = new LocalReply(418, "no", "-", "teapot");

  private final List<String> log = new ArrayList<>();
  private final FakeExchange exchange = new FakeExchange();

  private Filter named(String name, Decision decision) {
    return new Filter() {
      @Override
      public Decision onRequest(Exchange exchange) {
        log.add("request " + name);
        return decision;
      }

      @Override
      public void onResponse(Exchange exchange) {
        log.add("response " + name);
      }
    };
  }

  @Test
  void goesForwardInOrderAndBackInReverse() {
    var chain =
        new FilterChain(List.of(named("a", Decision.CONTINUE), named("b", Decision.CONTINUE)));
    var passage = chain.enter(exchange);
    assertThat(passage.forward()).isSameAs(Decision.CONTINUE);
    passage.backward();
    assertThat(log).containsExactly("request a", "request b", "response b", "response a");
  }

  @Test
  void anAnswerKeepsTheRequestFromFurtherFiltersAndTheirResponses() {
    var chain =
        new FilterChain(
            List.of(
                named("a", Decision.CONTINUE),
                named("b", new Decision.Respond(TEAPOT)),
                named("c", Decision.CONTINUE)));
    var passage = chain.enter(exchange);
    assertThat(passage.forward()).isEqualTo(new Decision.Respond(TEAPOT));
    passage.backward();
    assertThat(log).containsExactly("request a", "request b", "response b", "response a");
  }

  @Test
  void waitsAndGoesOnWhereItStopped() {
    var wait = new Decision.Await(new CompletableFuture<>());
    var chain = new FilterChain(List.of(named("a", wait), named("b", Decision.CONTINUE)));
    var passage = chain.enter(exchange);
    assertThat(passage.forward()).isSameAs(wait);
    assertThat(log).containsExactly("request a");
    assertThat(passage.forward(Decision.CONTINUE)).isSameAs(Decision.CONTINUE);
    assertThat(log).containsExactly("request a", "request b");
  }

  @Test
  void anAwaitedAnswerDoesNotReachFurtherFilters() {
    var wait = new Decision.Await(new CompletableFuture<>());
    var chain = new FilterChain(List.of(named("a", wait), named("b", Decision.CONTINUE)));
    var passage = chain.enter(exchange);
    assertThat(passage.forward()).isSameAs(wait);
    assertThat(passage.forward(new Decision.Respond(TEAPOT)))
        .isEqualTo(new Decision.Respond(TEAPOT));
    passage.backward();
    assertThat(log).containsExactly("request a", "response a");
  }

  @Test
  void answersOnce() {
    var passage = new FilterChain(List.of(named("a", Decision.CONTINUE))).enter(exchange);
    assertThat(passage.forward()).isSameAs(Decision.CONTINUE);
    passage.backward();
    passage.backward();
    assertThat(log).containsExactly("request a", "response a");
  }

  @Test
  void theEmptyChainLetsEverythingPass() {
    assertThat(FilterChain.EMPTY.isEmpty()).isTrue();
    assertThat(FilterChain.EMPTY.enter(exchange).forward()).isSameAs(Decision.CONTINUE);
  }
}
