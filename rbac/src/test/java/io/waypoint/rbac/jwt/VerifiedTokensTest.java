// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A token that was verified once counts again, but not longer than it would without memory. */
class VerifiedTokensTest {
  private static final long NOW = 1_800_000_000L;
  private static final Issuer OLD = Issuer.rsa("old");
  private static final Issuer NEW = Issuer.rsa("new");
  private static final KeyLocation.Remote LOCATION =
      new KeyLocation.Remote("http://idp/keys", false, Duration.ofSeconds(5));

  private final VerifiedTokens seen = new VerifiedTokens(3);
  private final Turning source = new Turning();

  /** Keys that a test changes. */
  private static final class Turning implements KeySource {
    Keys keys = Keys.parse(OLD.jwks());

    @Override
    public Keys current(KeyLocation.Remote location) {
      return keys;
    }

    @Override
    public @Nullable CompletionStage<?> fresher(KeyLocation.Remote location) {
      return null;
    }
  }

  private static JwtRule rule(String... audiences) {
    return new JwtRule(
        "i", List.of(audiences), LOCATION, TokenPlaces.DEFAULT, TokenOutput.NONE, List.of());
  }

  private static JwtRules rules(JwtRule rule) {
    return JwtRules.compile(
        List.of(
            new RequestAuthentication(
                new io.waypoint.rbac.model.Origin("RequestAuthentication", "foo", "r", ""),
                List.of(),
                List.of(rule))));
  }

  private Authentication ask(String token, JwtRules rules, long now) {
    return rules.authenticate(Bearer.of(token).facts(), source, seen, now);
  }

  private static String token(int number) {
    return OLD.token("RS256", "{\"iss\":\"i\",\"sub\":\"s" + number + "\",\"aud\":\"a\"}");
  }

  private static VerifiedToken accepted(Authentication outcome) {
    return ((Authentication.Authenticated) outcome).tokens().getFirst().token();
  }

  @Test
  void theSecondTimeIsTheSameToken() {
    JwtRules rules = rules(rule());
    String token = token(1);
    VerifiedToken first = accepted(ask(token, rules, NOW));
    assertThat(accepted(ask(token, rules, NOW))).isSameAs(first);
  }

  @Test
  void anEqualRuleOfANewWorldKeepsIt() {
    String token = token(1);
    VerifiedToken first = accepted(ask(token, rules(rule()), NOW));
    assertThat(accepted(ask(token, rules(rule()), NOW)).claims()).isSameAs(first.claims());
  }

  @Test
  void anotherRuleAsksAnew() {
    String token = token(1);
    accepted(ask(token, rules(rule("a")), NOW));
    assertThat(ask(token, rules(rule("b")), NOW))
        .isEqualTo(new Authentication.Refused(TokenRefusal.AUDIENCE));
  }

  @Test
  void aKeyThatWasWithdrawnEndsIt() {
    JwtRules rules = rules(rule());
    String token = token(1);
    accepted(ask(token, rules, NOW));
    source.keys = Keys.parse(Issuer.jwks(NEW, OLD));
    accepted(ask(token, rules, NOW));
    source.keys = Keys.parse(NEW.jwks());
    assertThat(ask(token, rules, NOW))
        .isEqualTo(new Authentication.NeedsKeys(LOCATION, TokenRefusal.NO_KEY));
    source.keys = Keys.NONE;
    assertThat(ask(token, rules, NOW))
        .isEqualTo(new Authentication.NeedsKeys(LOCATION, TokenRefusal.NO_KEYS));
  }

  @Test
  void itEndsWithTheToken() {
    JwtRules rules = rules(rule());
    String token = OLD.token("RS256", "{\"iss\":\"i\",\"exp\":" + (NOW + 10) + "}");
    accepted(ask(token, rules, NOW));
    accepted(ask(token, rules, NOW + 70));
    assertThat(ask(token, rules, NOW + 71))
        .isEqualTo(new Authentication.Refused(TokenRefusal.EXPIRED));
    assertThat(seen.size()).isZero();
  }

  @Test
  void whatWasRefusedIsNotKept() {
    JwtRules rules = rules(rule());
    ask(NEW.token("RS256", "{\"iss\":\"i\"}"), rules, NOW);
    ask("a.b.c", rules, NOW);
    assertThat(seen.size()).isZero();
  }

  @Test
  void itsNumberIsBounded() {
    JwtRules rules = rules(rule());
    for (int i = 0; i < 5; i++) {
      accepted(ask(token(i), rules, NOW));
    }
    assertThat(seen.size()).isEqualTo(3);
  }

  @Test
  void aSpoiltTokenIsNotTheOneThatWasSeen() {
    JwtRules rules = rules(rule());
    String token = token(1);
    accepted(ask(token, rules, NOW));
    for (int at : List.of(token.indexOf('.') + 3, token.lastIndexOf('.') + 1)) {
      char other = token.charAt(at) == 'A' ? 'B' : 'A';
      String spoilt = token.substring(0, at) + other + token.substring(at + 1);
      assertThat(ask(spoilt, rules, NOW)).isInstanceOf(Authentication.Refused.class);
    }
  }
}
