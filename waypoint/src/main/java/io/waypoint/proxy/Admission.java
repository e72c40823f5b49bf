// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.rbac.Consultation;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.Shadow;
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
 *   admit ──► Inquiry ──► tokens ──► policies ──► ProxyExchange.admitted
 *                │ waits     │ wait for keys
 *                │           │          │
 *                └── reply   └── refuse └── deny
 * </pre>
 *
 * <p>While nothing waits this is a plain call, which allocates nothing where there are no tokens.
 * After waiting it goes on only if the exchange has not ended meanwhile.
 */
final class Admission {
  /** How often one request may wait for keys: of so many issuers may it bring new tokens. */
  private static final int MOST_FETCHES = 3;

  private final ProxyLoop loop;
  private final KeySource keys;
  private final VerifiedTokens seen = new VerifiedTokens();

  Admission(ProxyLoop loop, Advisers advisers) {
    this.loop = loop;
    this.keys = advisers.keys();
  }

  void admit(ProxyExchange exchange, World world, Destination destination) {
    JwtRules tokens = destination.tokens();
    if (!tokens.isEmpty()) {
      BearerTokens.stripForged(exchange.request(), tokens);
      exchange.record().path(BearerTokens.loggable(exchange.request(), tokens));
    }
    Consultation asked = destination.policies().consult(exchange.request());
    if (asked.isEmpty()) {
      authenticate(exchange, world, destination, MOST_FETCHES);
    } else {
      new Inquiry(
              exchange,
              world,
              asked,
              () -> authenticate(exchange, world, destination, MOST_FETCHES))
          .begin();
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
    long now = loop.environment().time().clock().millis() / 1000;
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
    PolicySet policies = destination.policies();
    if (policies.isObserved()) {
      observe(exchange, policies);
    }
    if (policies.checkConsulted(exchange.request()) instanceof Verdict.Deny denied) {
      new LocalReplies(exchange).deny(denied);
    } else {
      exchange.admitted(world, destination);
    }
  }

  /** What policies that decide nothing have to say. */
  private void observe(ProxyExchange exchange, PolicySet policies) {
    if (policies.audited(exchange.request())) {
      exchange.record().audited();
    }
    if (policies.hasShadow()) {
      Shadow shadow = policies.shadow(exchange.request());
      loop.dryRuns().count(shadow);
      exchange.record().dryRun(DryRunWords.of(shadow));
    }
  }
}
