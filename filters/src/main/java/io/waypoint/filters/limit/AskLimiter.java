// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters.limit;

import io.waypoint.filters.Decision;
import io.waypoint.filters.Exchange;
import io.waypoint.filters.Filter;
import io.waypoint.filters.LocalReply;
import io.waypoint.routing.model.FilterSpec.GlobalRateLimit;
import io.waypoint.routing.model.RateDescriptor.Stated;
import java.util.List;

/** Lets pass what somebody who counts for all replicas lets pass. */
public final class AskLimiter implements Filter {
  private final GlobalRateLimit rule;
  private final Decision ambiguous;

  public AskLimiter(GlobalRateLimit rule) {
    this.rule = rule;
    this.ambiguous =
        new Decision.Respond(
            new LocalReply(
                rule.told().status(),
                rule.told().grpcStatus(),
                List.of(new LocalReply.Field("x-envoy-ratelimited", "true")),
                "",
                "RL",
                "request_rate_limited"));
  }

  @Override
  public Decision onRequest(Exchange exchange) {
    return switch (Description.of(rule.descriptors(), exchange)) {
      case Description.Nothing _ -> Decision.CONTINUE;
      case Description.Ambiguous _ -> ambiguous;
      case Description.As(List<Stated> descriptors) ->
          new Decision.Await(exchange.limit(rule, descriptors));
    };
  }
}
