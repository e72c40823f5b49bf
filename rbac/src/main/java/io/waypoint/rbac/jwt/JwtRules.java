// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import io.waypoint.rbac.RequestFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rules of all RequestAuthentications of one destination. Immutable; every thread may use it.
 *
 * <p>Stricter than Envoy: every token that any rule finds must be good, so that a bad one is never
 * hidden by a good one elsewhere.
 */
public final class JwtRules {
  /** Tokens mean nothing. */
  public static final JwtRules NONE = compile(List.of());

  private final List<JwtRule> rules;
  private final List<TokenPlace> places;
  private final List<String> outputs;

  private JwtRules(List<JwtRule> rules, List<TokenPlace> places, List<String> outputs) {
    this.rules = rules;
    this.places = places;
    this.outputs = outputs;
  }

  /** Joins what is attached to one destination; rules count in the order of their issuers. */
  public static JwtRules compile(List<RequestAuthentication> attached) {
    List<JwtRule> rules =
        attached.stream()
            .flatMap(one -> one.rules().stream())
            .sorted(Comparator.comparing(JwtRule::issuer))
            .toList();
    Map<TokenPlace, List<JwtRule>> byPlace = new LinkedHashMap<>();
    Set<String> outputs = new LinkedHashSet<>();
    for (JwtRule rule : rules) {
      for (TokenPlace place : placesOf(rule)) {
        byPlace.computeIfAbsent(place, same -> new ArrayList<>()).add(rule);
      }
      if (!rule.output().payloadHeader().isEmpty()) {
        outputs.add(rule.output().payloadHeader());
      }
      rule.output().claims().forEach(claim -> outputs.add(claim.header()));
    }
    List<TokenPlace> places = new ArrayList<>();
    byPlace.forEach((place, looking) ->
        places.add(
            new TokenPlace(place.kind(), place.name(), place.prefix(), List.copyOf(looking))));
    return new JwtRules(rules, List.copyOf(places), List.copyOf(outputs));
  }

  private static List<TokenPlace> placesOf(JwtRule rule) {
    List<TokenPlace> places = new ArrayList<>();
    for (TokenPlaces.Header header : rule.places().headers()) {
      places.add(new TokenPlace(TokenPlace.Kind.HEADER, header.name(), header.prefix(), List.of()));
    }
    for (String name : rule.places().parameters()) {
      places.add(new TokenPlace(TokenPlace.Kind.PARAMETER, name, "", List.of()));
    }
    for (String name : rule.places().cookies()) {
      places.add(new TokenPlace(TokenPlace.Kind.COOKIE, name, "", List.of()));
    }
    return places;
  }

  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /** By issuer. */
  public List<JwtRule> rules() {
    return rules;
  }

  /**
   * The fields that only a verified token may fill, in lower case: whatever a caller sends under
   * these names is forged.
   */
  public List<String> outputs() {
    return outputs;
  }

  /** Whether a field is one where tokens are looked for. */
  public boolean isPlace(String field) {
    for (TokenPlace place : places) {
      if (place.kind() == TokenPlace.Kind.HEADER && place.name().equals(field)) {
        return true;
      }
    }
    return false;
  }

  /** The parameters of queries that may hold tokens, which no log should show. */
  public List<String> parameters() {
    return places.stream()
        .filter(place -> place.kind() == TokenPlace.Kind.PARAMETER)
        .map(TokenPlace::name)
        .toList();
  }

  /**
   * Reads and verifies every token of a request. A failure of the verification, whatever it is,
   * refuses.
   *
   * @param now in seconds since 1970
   */
  public Authentication authenticate(
      RequestFacts facts, KeySource source, VerifiedTokens seen, long now) {
    try {
      return isPreflight(facts)
          ? Authentication.ANONYMOUS
          : judge(facts, new JwtVerifier(source, seen, now));
    } catch (Throwable failure) {
      return new Authentication.Refused(TokenRefusal.BROKEN);
    }
  }

  private Authentication judge(RequestFacts facts, JwtVerifier verifier) {
    List<Authentication.Accepted> accepted = List.of();
    Authentication needsKeys = null;
    for (int i = 0; i < places.size(); i++) {
      TokenPlace place = places.get(i);
      String text = place.find(facts);
      if (text == null) {
        continue;
      }
      if (text.equals(TokenPlace.CONFLICT)) {
        return new Authentication.Refused(TokenRefusal.CONFLICT);
      }
      switch (verifier.judge(text, place.rules())) {
        case JwtVerifier.Accepted(var token) -> {
          accepted = accepted.isEmpty() ? new ArrayList<>(2) : accepted;
          accepted.add(new Authentication.Accepted(place, token));
        }
        case JwtVerifier.Refused(var reason, var fetch) -> {
          if (fetch == null) {
            return new Authentication.Refused(reason);
          }
          needsKeys = new Authentication.NeedsKeys(fetch, reason);
        }
      }
    }
    if (needsKeys != null) {
      return needsKeys;
    }
    if (accepted.size() > 1) {
      accepted.sort(Comparator.comparingInt(one -> rules.indexOf(one.token().rule())));
    }
    return accepted.isEmpty()
        ? Authentication.ANONYMOUS
        : new Authentication.Authenticated(accepted);
  }

  /** Browsers send no token with it (Fetch standard, CORS-preflight request). */
  private static boolean isPreflight(RequestFacts facts) {
    return "OPTIONS".equals(facts.method())
        && facts.anyHeader("origin", value -> !value.isEmpty())
        && facts.anyHeader("access-control-request-method", value -> !value.isEmpty());
  }
}
