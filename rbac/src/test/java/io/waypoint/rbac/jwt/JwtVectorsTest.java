// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.model.Origin;
import io.waypoint.rbac.model.TargetRef;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The vectors of RequestAuthentication, by their numbers, as far as verification goes; what is done
 * to headers and what policy makes of it is shown on the wire.
 */
class JwtVectorsTest {
  private static final long NOW = 1_800_000_000L;
  private static final Issuer K1 = Issuer.rsa("k1");
  private static final Issuer K2 = Issuer.rsa("k2");
  private static final Issuer STRANGER = Issuer.rsa("k1");

  private static final JwtRule R1 =
      new JwtRule(
          "I1",
          List.of("bookstore"),
          new KeyLocation.Inline(Keys.parse(K1.jwks())),
          TokenPlaces.DEFAULT,
          TokenOutput.NONE,
          List.of());
  private static final JwtRule R2 =
      new JwtRule(
          "I2",
          List.of(),
          new KeyLocation.Inline(Keys.parse(K2.jwks())),
          new TokenPlaces(List.of(new TokenPlaces.Header("X-JWT", "")), List.of("tok"), List.of()),
          TokenOutput.NONE,
          List.of());

  private final VerifiedTokens seen = new VerifiedTokens();

  private static JwtRules rules(JwtRule... rules) {
    return JwtRules.compile(
        List.of(
            new RequestAuthentication(
                new Origin("RequestAuthentication", "foo", "r", ""),
                List.of(TargetRef.service("shop")),
                List.of(rules))));
  }

  private Authentication ask(Bearer request, JwtRule... rules) {
    return rules(rules).authenticate(request.facts(), KeySource.NONE, seen, NOW);
  }

  private static String claims(String more) {
    return "{\"iss\":\"I1\",\"sub\":\"s\",\"aud\":\"bookstore\"" + more + "}";
  }

  private static String good() {
    return K1.token("RS256", claims(""));
  }

  private static void isRefused(Authentication outcome, int status, String text) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Authentication.Refused.class,
            refused -> {
              assertThat(refused.reason().text()).isEqualTo(text);
              assertThat(refused.reason().status()).isEqualTo(status);
            });
  }

  private static void isPrincipal(Authentication outcome, String issuer) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Authentication.Authenticated.class,
            token -> assertThat(token.claims()).containsEntry("iss", issuer));
  }

  private static void isAnonymous(Authentication outcome) {
    assertThat(outcome).isSameAs(Authentication.ANONYMOUS);
  }

  @Test
  void j1NoTokenIsNoPrincipal() {
    isAnonymous(ask(Bearer.none(), R1));
  }

  @Test
  void j3AGoodTokenIsAPrincipal() {
    Authentication outcome = ask(Bearer.of(good()), R1);
    isPrincipal(outcome, "I1");
    assertThat(((Authentication.Authenticated) outcome).claims()).containsEntry("sub", "s");
  }

  @Test
  void j5AnotherAudienceIsForbidden() {
    String token = K1.token("RS256", "{\"iss\":\"I1\",\"sub\":\"s\",\"aud\":\"other\"}");
    isRefused(ask(Bearer.of(token), R1), 403, "Audiences in Jwt are not allowed");
  }

  @Test
  void anAbsentAudienceIsForbidden() {
    String token = K1.token("RS256", "{\"iss\":\"I1\",\"sub\":\"s\"}");
    isRefused(ask(Bearer.of(token), R1), 403, "Audiences in Jwt are not allowed");
  }

  @Test
  void j6OneOfSeveralAudiencesIsEnough() {
    String token =
        K1.token("RS256", "{\"iss\":\"I1\",\"sub\":\"s\",\"aud\":[\"x\",\"bookstore\"]}");
    isPrincipal(ask(Bearer.of(token), R1), "I1");
  }

  @Test
  void j7AudiencesAreComparedWithoutSchemeAndSlash() {
    String token =
        K1.token("RS256", "{\"iss\":\"I1\",\"sub\":\"s\",\"aud\":\"https://bookstore/\"}");
    isPrincipal(ask(Bearer.of(token), R1), "I1");
  }

  @Test
  void j8ExpiredWithinTheSkewIsGood() {
    isPrincipal(ask(Bearer.of(K1.token("RS256", claims(",\"exp\":" + (NOW - 30)))), R1), "I1");
  }

  @Test
  void j9ExpiredIsRefused() {
    isRefused(
        ask(Bearer.of(K1.token("RS256", claims(",\"exp\":" + (NOW - 90)))), R1),
        401,
        "Jwt is expired");
  }

  @Test
  void j10NotYetValidIsRefused() {
    isRefused(
        ask(Bearer.of(K1.token("RS256", claims(",\"nbf\":" + (NOW + 90)))), R1),
        401,
        "Jwt not yet valid");
  }

  @Test
  void j11AnUnknownIssuerIsRefused() {
    String token = K1.token("RS256", "{\"iss\":\"I9\",\"sub\":\"s\",\"aud\":\"bookstore\"}");
    isRefused(ask(Bearer.of(token), R1), 401, "Jwt issuer is not configured");
  }

  @Test
  void j12AnotherKeyWithTheSameIdIsRefused() {
    isRefused(
        ask(Bearer.of(STRANGER.token("RS256", claims(""))), R1), 401, "Jwt verification fails");
  }

  @Test
  void j13AnUnknownKeyIdIsRefused() {
    String token = K1.token("RS256", "{\"alg\":\"RS256\",\"kid\":\"k9\"}", claims(""));
    isRefused(ask(Bearer.of(token), R1), 401, "Jwks doesn't have key to match kid or alg from Jwt");
  }

  @Test
  void j14NoneIsNoAlgorithm() {
    String token = Issuer.part("{\"alg\":\"none\"}") + "." + Issuer.part(claims("")) + ".";
    isRefused(ask(Bearer.of(token), R1), 401, "Jwt header [alg] is not supported");
    isRefused(ask(Bearer.of(token + "AAAA"), R1), 401, "Jwt header [alg] is not supported");
  }

  @Test
  void j15ThePublicKeyIsNoSecret() throws Exception {
    byte[] secret = K1.key().toRSAKey().toRSAPublicKey().getEncoded();
    String signed =
        Issuer.part("{\"alg\":\"HS256\",\"kid\":\"k1\"}") + "." + Issuer.part(claims(""));
    var mac = javax.crypto.Mac.getInstance("HmacSHA256");
    mac.init(new javax.crypto.spec.SecretKeySpec(secret, "HmacSHA256"));
    String token = signed + "." + Issuer.part(mac.doFinal(signed.getBytes("US-ASCII")));
    isRefused(ask(Bearer.of(token), R1), 401, "Jwt header [alg] is not supported");
  }

  @Test
  void j16AnotherSchemeIsNoToken() {
    isAnonymous(ask(Bearer.none().header("authorization", "Basic Zm9vOmJhcg=="), R1));
  }

  @Test
  void j17ALowerCaseSchemeIsNoToken() {
    isAnonymous(ask(Bearer.none().header("authorization", "bearer " + good()), R1));
  }

  @Test
  void j18TheQueryMayHoldTheToken() {
    isPrincipal(ask(Bearer.none().query("a=b&access_token=" + good()), R1), "I1");
  }

  @Test
  void j19OwnPlacesSwitchTheDefaultsOff() {
    isAnonymous(ask(Bearer.of(K2.token("RS256", "{\"iss\":\"I2\"}")), R2));
    isAnonymous(ask(Bearer.none().query("access_token=x"), R2));
  }

  @Test
  void j20AHeaderWithoutPrefix() {
    String token = K2.token("RS256", "{\"iss\":\"I2\",\"sub\":\"s\"}");
    isPrincipal(ask(Bearer.none().header("x-jwt", token), R2), "I2");
  }

  @Test
  void j21AParameterOfItsOwn() {
    String token = K2.token("RS256", "{\"iss\":\"I2\",\"sub\":\"s\"}");
    isPrincipal(ask(Bearer.none().query("tok=" + token), R2), "I2");
  }

  @Test
  void j22AGoodTokenDoesNotHideABadOne() {
    isRefused(
        ask(Bearer.of(good()).header("x-jwt", "garbage"), R1, R2),
        401,
        "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections");
  }

  @Test
  void j23ATokenOfAnotherPlaceIsRefused() {
    isRefused(
        ask(Bearer.of(K2.token("RS256", "{\"iss\":\"I2\",\"sub\":\"s\"}")), R1, R2),
        401,
        "Jwt issuer is not configured");
  }

  @Test
  void j24TwoTokensInOnePlaceAreRefused() {
    isRefused(
        ask(Bearer.of(good()).header("authorization", "Bearer garbage"), R1),
        401,
        "Request has more than one Jwt in one place");
    isPrincipal(ask(Bearer.of(good()).header("authorization", "Bearer " + good()), R1), "I1");
  }

  @Test
  void j25APreflightIsNotAsked() {
    isAnonymous(
        ask(
            Bearer.of(K1.token("RS256", claims(",\"exp\":1")))
                .method("OPTIONS")
                .header("origin", "https://a")
                .header("access-control-request-method", "GET"),
            R1));
  }

  @Test
  void j26OptionsAloneAreNoPreflight() {
    isRefused(
        ask(Bearer.of(K1.token("RS256", claims(",\"exp\":1"))).method("OPTIONS"), R1),
        401,
        "Jwt is expired");
    isRefused(
        ask(
            Bearer.of(K1.token("RS256", claims(",\"exp\":1")))
                .method("OPTIONS")
                .header("origin", "")
                .header("access-control-request-method", "GET"),
            R1),
        401,
        "Jwt is expired");
  }

  @Test
  void j27WithoutKeysNothingIsGood() {
    var location = new KeyLocation.Remote("http://idp/keys", false, Duration.ofSeconds(5));
    var rule =
        new JwtRule("I1", List.of(), location, TokenPlaces.DEFAULT, TokenOutput.NONE, List.of());
    assertThat(ask(Bearer.of(good()), rule))
        .isEqualTo(new Authentication.NeedsKeys(location, TokenRefusal.NO_KEYS));
    isAnonymous(ask(Bearer.none(), rule));
  }

  @Test
  void j29AClaimThatIsAbsentGivesNoField() {
    var output =
        new TokenOutput(false, "X-Payload", List.of(new TokenOutput.ClaimHeader("X-Role", "role")));
    var rule = new JwtRule("I1", List.of(), R1.keys(), TokenPlaces.DEFAULT, output, List.of());
    String token = good();
    var outcome = (Authentication.Authenticated) ask(Bearer.of(token), rule);
    assertThat(outcome.tokens().getFirst().token().outputs())
        .containsExactly(new VerifiedToken.Output("x-payload", token.split("\\.")[1]));
    assertThat(rules(rule).outputs()).containsExactly("x-payload", "x-role");
  }

  @Test
  void j30WhatIsCriticalIsRefused() {
    String token =
        K1.token(
            "RS256", "{\"alg\":\"RS256\",\"kid\":\"k1\",\"crit\":[\"exp\"],\"exp\":1}", claims(""));
    isRefused(ask(Bearer.of(token), R1), 401, "Jwt header [crit] is not supported");
  }

  @Test
  void j32PaddingIsRefused() {
    isRefused(ask(Bearer.of(good() + "="), R1), 401, "Jwt signature is not valid Base64url");
    String[] parts = good().split("\\.");
    isRefused(
        ask(Bearer.of(parts[0] + "=." + parts[1] + "." + parts[2]), R1),
        401,
        "Jwt header is not a valid JSON object in Base64url");
  }

  @Test
  void aCookieMayHoldTheToken() {
    var rule =
        new JwtRule(
            "I1",
            List.of(),
            R1.keys(),
            new TokenPlaces(List.of(), List.of(), List.of("session")),
            TokenOutput.NONE,
            List.of());
    isPrincipal(ask(Bearer.none().header("cookie", "a=b; session=" + good()), rule), "I1");
    isPrincipal(
        ask(Bearer.none().header("cookie", "a=b").header("cookie", "session=" + good()), rule),
        "I1");
    isAnonymous(ask(Bearer.none().header("cookie", "xsession=1; sessions=2"), rule));
    isRefused(
        ask(Bearer.none().header("cookie", "session=" + good() + "; session=x"), rule),
        401,
        "Request has more than one Jwt in one place");
  }

  @Test
  void wordsWithSpacesBecomeLists() {
    var rule =
        new JwtRule(
            "I1", List.of(), R1.keys(), TokenPlaces.DEFAULT, TokenOutput.NONE, List.of("roles"));
    String token =
        K1.token("RS256", claims(",\"scope\":\"read  write\",\"roles\":\"a b\",\"name\":\"x y\""));
    var outcome = (Authentication.Authenticated) ask(Bearer.of(token), rule);
    assertThat(outcome.claims())
        .containsEntry("scope", List.of("read", "write"))
        .containsEntry("roles", List.of("a", "b"))
        .containsEntry("name", "x y");
  }

  @Test
  void claimsGoIntoFieldsUnlessTheyCouldBreakThem() {
    var output =
        new TokenOutput(
            false,
            "",
            List.of(
                new TokenOutput.ClaimHeader("x-text", "text"),
                new TokenOutput.ClaimHeader("x-number", "n"),
                new TokenOutput.ClaimHeader("x-flag", "b"),
                new TokenOutput.ClaimHeader("x-nested", "a.b.c"),
                new TokenOutput.ClaimHeader("x-list", "list"),
                new TokenOutput.ClaimHeader("x-split", "split")));
    var rule = new JwtRule("I1", List.of(), R1.keys(), TokenPlaces.DEFAULT, output, List.of());
    String token =
        K1.token(
            "RS256",
            claims(
                ",\"text\":\"ü\",\"n\":7,\"b\":true,\"a\":{\"b\":{\"c\":\"deep\"}},\"list\":[1],"
                    + "\"split\":\"x\\r\\nx-admin: true\""));
    var outcome = (Authentication.Authenticated) ask(Bearer.of(token), rule);
    assertThat(outcome.tokens().getFirst().token().outputs())
        .containsExactly(
            new VerifiedToken.Output("x-text", "\u00c3\u00bc"),
            new VerifiedToken.Output("x-number", "7"),
            new VerifiedToken.Output("x-flag", "true"),
            new VerifiedToken.Output("x-nested", "deep"));
  }

  @Test
  void theFirstIssuerSuppliesThePrincipal() {
    String other = K2.token("RS256", "{\"iss\":\"I2\",\"sub\":\"s\"}");
    isPrincipal(ask(Bearer.of(good()).header("x-jwt", other), R2, R1), "I1");
  }

  @Test
  void severalRulesOfOneIssuerMayEachAcceptATheirs() {
    var second =
        new JwtRule(
            "I1",
            List.of("library"),
            new KeyLocation.Inline(Keys.parse(K2.jwks())),
            TokenPlaces.DEFAULT,
            TokenOutput.NONE,
            List.of());
    isPrincipal(ask(Bearer.of(good()), second, R1), "I1");
    isPrincipal(
        ask(
            Bearer.of(K2.token("RS256", "{\"iss\":\"I1\",\"sub\":\"s\",\"aud\":\"library\"}")),
            R1,
            second),
        "I1");
    isRefused(
        ask(
            Bearer.of(K1.token("RS256", "{\"iss\":\"I1\",\"sub\":\"s\",\"aud\":\"library\"}")),
            R1,
            second),
        401,
        "Jwks doesn't have key to match kid or alg from Jwt");
  }

  @Test
  void aFailureOfTheVerificationRefuses() {
    var facts =
        (io.waypoint.rbac.RequestFacts)
            java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {io.waypoint.rbac.RequestFacts.class},
                (proxy, method, arguments) -> {
                  throw new IllegalStateException("no header can be read");
                });
    isRefused(
        rules(R1).authenticate(facts, KeySource.NONE, seen, NOW), 401, "Jwt verification fails");
  }
}
