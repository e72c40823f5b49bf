// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.limit;

import io.waypoint.filters.Decision;
import io.waypoint.filters.Exchange;
import io.waypoint.filters.Filter;
import io.waypoint.filters.LocalReply;
import io.waypoint.routing.model.FilterSpec.LocalRateLimit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers 429 for what comes more often than permitted, as Envoy's local rate limit does. */
public final class LimitRate implements Filter {
  private static final Decision LIMITED =
      new Decision.Respond(
          new LocalReply(
              429,
              List.of(new LocalReply.Field("x-envoy-ratelimited", "true")),
              "local_rate_limited",
              "RL",
              "local_rate_limited"));

  private final LocalRateLimit rule;
  private final long perToken;
  private TokenBuckets.@Nullable Limit limit;

  public LimitRate(LocalRateLimit rule) {
    this.rule = rule;
    this.perToken = rule.nanosPerToken();
  }

  @Override
  public Decision onRequest(Exchange exchange) {
    TokenBuckets.Limit counted = limit;
    if (counted == null) {
      counted = exchange.buckets().of(rule.name());
      limit = counted;
    }
    long now = exchange.nanos();
    if (counted.of(scope(exchange), now).take(now, perToken, rule.tokens())) {
      counted.ok.increment();
      return Decision.CONTINUE;
    }
    counted.limited.increment();
    if (!rule.enforced().holds(exchange.random())) {
      return Decision.CONTINUE;
    }
    counted.enforced.increment();
    return LIMITED;
  }

  private String scope(Exchange exchange) {
    return switch (rule.scope()) {
      case ROUTE -> exchange.route();
      case DESTINATION -> exchange.destination();
      case PRINCIPAL -> exchange.principal();
    };
  }
}
