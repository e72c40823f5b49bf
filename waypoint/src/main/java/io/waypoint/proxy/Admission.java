// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.filters.Decision;
import io.waypoint.filters.security.Authorizer;
import io.waypoint.rbac.Verdict;
import io.waypoint.rbac.jwt.Authentication;
import io.waypoint.rbac.jwt.JwtRules;
import io.waypoint.rbac.jwt.KeyLocation;
import io.waypoint.rbac.jwt.KeySource;
import io.waypoint.rbac.jwt.TokenRefusal;
import io.waypoint.rbac.jwt.VerifiedTokens;
import io.waypoint.world.Destination;
import io.waypoint.world.World;
import java.util.concurrent.CompletionStage;

/**
 * Whether a request may go on; for all exchanges of one event loop. Whatever goes wrong on the way
 * is a denial.
 *
 * <pre>
 *   admit ──► authorizer ──► tokens ──► policies ──► ProxyExchange.admitted
 *                 │ may wait    │ wait for keys
 *                 │             │          │
 *                 └── reply     └── refuse └── deny
 * </pre>
 *
 * <p>While nothing waits this is a plain call, which allocates nothing where there are no tokens.
 * After waiting it goes on only if the exchange has not ended meanwhile.
 */
final class Admission {
  /** How often one request may wait for keys: of so many issuers may it bring new tokens. */
  private static final int MOST_FETCHES = 3;

  private final ProxyLoop loop;
  private final Authorizer authorizer;
  private final KeySource keys;
  private final VerifiedTokens seen = new VerifiedTokens();

  Admission(ProxyLoop loop, Advisers advisers) {
    this.loop = loop;
    this.authorizer = advisers.authorizer();
    this.keys = advisers.keys();
  }

  void admit(ProxyExchange exchange, World world, Destination destination) {
    JwtRules tokens = destination.tokens();
    if (!tokens.isEmpty()) {
      BearerTokens.stripForged(exchange.request(), tokens);
      exchange.record().path(BearerTokens.loggable(exchange.request(), tokens));
    }
    Decision decision = Decision.CONTINUE;
    if (authorizer.guards(destination.policies())) {
      decision = authorizer.ask(destination.policies(), exchange.request(), exchange.view());
    }
    follow(decision, exchange, world, destination);
  }

  private void follow(
      Decision decision, ProxyExchange exchange, World world, Destination destination) {
    switch (decision) {
      case Decision.Continue go -> authenticate(exchange, world, destination, MOST_FETCHES);
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

  private void authenticate(
      ProxyExchange exchange, World world, Destination destination, int fetchesLeft) {
    JwtRules tokens = destination.tokens();
    if (tokens.isEmpty()) {
      judge(exchange, world, destination);
      return;
    }
    CanonicalRequest request = exchange.request();
    long now = loop.environment().clock().millis() / 1000;
    switch (tokens.authenticate(request, keys, seen, now)) {
      case Authentication.Anonymous nobody -> {
        BearerTokens.none(request, tokens);
        judge(exchange, world, destination);
      }
      case Authentication.Authenticated proven -> {
        BearerTokens.accept(request, tokens, proven);
        judge(exchange, world, destination);
      }
      case Authentication.Refused(TokenRefusal reason) -> new LocalReplies(exchange).refuse(reason);
      case Authentication.NeedsKeys(KeyLocation.Remote location, TokenRefusal reason) -> {
        CompletionStage<?> fetched = fetchesLeft > 0 ? keys.fresher(location) : null;
        if (fetched == null) {
          new LocalReplies(exchange).refuse(reason);
        } else {
          fetched.whenComplete((done, failure) ->
              loop.run(() ->
                  exchange.goOn(
                      () -> authenticate(exchange, world, destination, fetchesLeft - 1))));
        }
      }
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
