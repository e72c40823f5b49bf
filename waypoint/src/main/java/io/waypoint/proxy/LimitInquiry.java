// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.authorizer.Asked;
import io.waypoint.authorizer.Opinion;
import io.waypoint.filters.Decision;
import io.waypoint.filters.LocalReply;
import io.waypoint.filters.limit.AskedLimits;
import io.waypoint.routing.model.FilterSpec.GlobalRateLimit;
import io.waypoint.routing.model.RateDescriptor.Stated;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One request's question to whoever counts, and what follows from the answer. */
final class LimitInquiry {
  private static final LocalReply.Field LIMITED =
      new LocalReply.Field("x-envoy-ratelimited", "true");

  private static final Decision FAILED =
      new Decision.Respond(new LocalReply(500, "", "RLSE", "rate_limiter_error"));

  private final ProxyExchange exchange;
  private final GlobalRateLimit rule;
  private final AskedLimits.Counts counts;
  private final CompletableFuture<Decision> decision = new CompletableFuture<>();

  LimitInquiry(ProxyExchange exchange, GlobalRateLimit rule) {
    this.exchange = exchange;
    this.rule = rule;
    this.counts = exchange.loop().environment().shared().asked().of(rule.name());
  }

  CompletionStage<Decision> begin(List<Stated> descriptors) {
    Asked asked =
        exchange
            .loop()
            .limiters()
            .ask(
                RouteFilters.endpoints(rule.service()),
                rule,
                descriptors,
                opinion -> exchange.goOn(() -> decision.complete(follow(opinion))));
    if (!asked.isOver()) {
      exchange.waitFor(asked::cancel);
    }
    return decision;
  }

  private Decision follow(Opinion opinion) {
    return switch (opinion) {
      case Opinion.Pass pass -> {
        counts.ok.increment();
        pass.upstream().forEach(field -> Inquiry.write(exchange.request().headers(), field));
        exchange.addToAnswer(pass.downstream());
        yield Decision.CONTINUE;
      }
      case Opinion.Refuse refuse -> {
        counts.limited.increment();
        yield new Decision.Respond(limited(refuse));
      }
      case Opinion.Failure(String reason) -> {
        counts.failed.increment();
        exchange.record().limiterFailed(reason);
        if (!rule.open()) {
          yield FAILED;
        }
        counts.passed.increment();
        yield Decision.CONTINUE;
      }
    };
  }

  private LocalReply limited(Opinion.Refuse refuse) {
    List<LocalReply.Field> fields = new ArrayList<>();
    fields.add(LIMITED);
    for (Opinion.Field field : refuse.fields()) {
      fields.add(new LocalReply.Field(field.name(), field.value()));
    }
    return new LocalReply(
        refuse.status(),
        rule.told().grpcStatus(),
        fields,
        refuse.body(),
        "RL",
        "request_rate_limited");
  }
}
