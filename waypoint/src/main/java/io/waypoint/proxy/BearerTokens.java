// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import io.waypoint.rbac.jwt.Authentication;
import io.waypoint.rbac.jwt.JwtRule;
import io.waypoint.rbac.jwt.JwtRules;
import io.waypoint.rbac.jwt.TokenPlace;
import io.waypoint.rbac.jwt.VerifiedToken;
import java.util.List;

/** What the tokens of a request change in it, before anybody reads it and after they were good. */
final class BearerTokens {
  private BearerTokens() {}

  /**
   * Takes away what only a verified token may say, but for fields where a token itself may stand:
   * those follow when it has been read.
   */
  static void stripForged(CanonicalRequest request, JwtRules rules) {
    List<String> outputs = rules.outputs();
    for (int i = 0; i < outputs.size(); i++) {
      if (!rules.isPlace(outputs.get(i))) {
        request.headers().remove(outputs.get(i));
      }
    }
  }

  /** The target as a log may show it: without tokens, good or bad. */
  static String loggable(CanonicalRequest request, JwtRules rules) {
    String target = request.target();
    String query = request.query();
    if (query == null) {
      return target;
    }
    String shown = query;
    for (String name : rules.parameters()) {
      shown = QueryParameters.without(shown, name);
    }
    return shown.equals(query)
        ? target
        : shown.isEmpty() ? request.path() : request.path() + "?" + shown;
  }

  /** There was no token, so that nothing may look as if there had been one. */
  static void none(CanonicalRequest request, JwtRules rules) {
    stripRest(request, rules, List.of());
  }

  /** The tokens are good: their claims are the request's, and they go where the rules want them. */
  static void accept(
      CanonicalRequest request, JwtRules rules, Authentication.Authenticated tokens) {
    stripRest(request, rules, tokens.tokens());
    MultiMap headers = request.headers();
    for (Authentication.Accepted accepted : tokens.tokens()) {
      JwtRule rule = accepted.token().rule();
      if (!rule.output().original()) {
        remove(request, accepted.place());
      }
    }
    for (int i = tokens.tokens().size() - 1; i >= 0; i--) {
      for (VerifiedToken.Output output : tokens.tokens().get(i).token().outputs()) {
        headers.set(output.name(), output.value());
      }
    }
    request.authenticated(tokens.claims());
  }

  private static void stripRest(
      CanonicalRequest request, JwtRules rules, List<Authentication.Accepted> tokens) {
    List<String> outputs = rules.outputs();
    for (int i = 0; i < outputs.size(); i++) {
      String name = outputs.get(i);
      if (rules.isPlace(name) && !holdsToken(tokens, name)) {
        request.headers().remove(name);
      }
    }
  }

  private static boolean holdsToken(List<Authentication.Accepted> tokens, String field) {
    for (int i = 0; i < tokens.size(); i++) {
      TokenPlace place = tokens.get(i).place();
      if (place.kind() == TokenPlace.Kind.HEADER && place.name().equals(field)) {
        return true;
      }
    }
    return false;
  }

  /** Cookies stay, as with Envoy: taking one out would rewrite what belongs to the application. */
  private static void remove(CanonicalRequest request, TokenPlace place) {
    switch (place.kind()) {
      case HEADER -> request.headers().remove(place.name());
      case PARAMETER -> request.removeParameter(place.name());
      case COOKIE -> {}
    }
  }
}
