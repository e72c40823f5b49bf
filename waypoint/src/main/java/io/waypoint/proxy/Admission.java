// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.filters.Decision;
import io.waypoint.filters.security.Authorizer;
import io.waypoint.rbac.Verdict;
import io.waypoint.world.Destination;
import io.waypoint.world.World;

/**
 * Whether a request may go on; for all exchanges of one event loop. Whatever goes wrong on the way
 * is a denial.
 *
 * <pre>
 *   admit ──► authorizer ──► policies ──► ProxyExchange.admitted
 *                 │ may wait     │
 *                 └── reply      └── deny
 * </pre>
 *
 * <p>While nothing waits this is a plain call that allocates nothing. After waiting it goes on only
 * if the exchange has not ended meanwhile.
 */
final class Admission {
  private final ProxyLoop loop;
  private final Authorizer authorizer;

  Admission(ProxyLoop loop, Advisers advisers) {
    this.loop = loop;
    this.authorizer = advisers.authorizer();
  }

  void admit(ProxyExchange exchange, World world, Destination destination) {
    Decision decision = Decision.CONTINUE;
    if (authorizer.guards(destination.policies())) {
      decision = authorizer.ask(destination.policies(), exchange.request(), exchange.view());
    }
    follow(decision, exchange, world, destination);
  }

  private void follow(
      Decision decision, ProxyExchange exchange, World world, Destination destination) {
    switch (decision) {
      case Decision.Continue go -> judge(exchange, world, destination);
      case Decision.Respond(var reply) -> new LocalReplies(exchange).respond(reply);
      case Decision.Await(var stage) ->
          stage.whenComplete((next, failure) ->
              loop.run(() ->
                  exchange.goOn(() -> {
                    if (failure != null) {
                      exchange.give(LocalAnswer.BROKEN);
                    } else {
                      follow(next, exchange, world, destination);
                    }
                  })));
    }
  }

  private void judge(ProxyExchange exchange, World world, Destination destination) {
    if (destination.policies().check(exchange.request()) instanceof Verdict.Deny denied) {
      new LocalReplies(exchange).deny(denied);
    } else {
      exchange.admitted(world, destination);
    }
  }
}
