// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.filters.Decision;
import io.waypoint.filters.FilterChain;
import org.jspecify.annotations.Nullable;

/** Step 5 and its way back: a request among the filters that it meets. */
final class Filtering {
  private final ProxyExchange exchange;
  private final FilterView view;
  private final FilterChain.Passage passage;

  /**
   * @param chain of at least one filter
   * @param destination what was addressed
   * @param rule which was chosen
   */
  Filtering(ProxyExchange exchange, FilterChain chain, String destination, String rule) {
    this.exchange = exchange;
    this.view = new FilterView(exchange, destination, rule);
    this.passage = chain.enter(view);
  }

  void begin() {
    follow(passage.forward());
  }

  private void follow(Decision decision) {
    switch (decision) {
      case Decision.Continue go -> exchange.deliver();
      case Decision.Respond(var reply) -> new LocalReplies(exchange).respond(reply);
      case Decision.Await(var stage) ->
          stage.whenComplete((next, failure) ->
              exchange.loop().run(() -> exchange.goOn(() -> awaited(next, failure))));
    }
  }

  /**
   * @param decision null when it failed
   */
  private void awaited(@Nullable Decision decision, @Nullable Throwable failure) {
    if (decision == null) {
      exchange.broke(
          failure instanceof RuntimeException known
              ? known
              : new IllegalStateException("a filter has decided nothing", failure));
    } else {
      follow(passage.forward(decision));
    }
  }

  /** The head of an answer passes back through those that were met. */
  void backward() {
    passage.backward();
  }

  /** What they made of the request. */
  FilterView view() {
    return view;
  }
}
