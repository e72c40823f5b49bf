// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static io.waypoint.proxy.ProxyRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.RSAKey;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.waypoint.jwks.Idp;
import io.waypoint.rbac.MeshTrust;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.jwt.JwtRule;
import io.waypoint.rbac.jwt.JwtRules;
import io.waypoint.rbac.jwt.KeyLocation;
import io.waypoint.rbac.jwt.Keys;
import io.waypoint.rbac.jwt.RequestAuthentication;
import io.waypoint.rbac.jwt.TokenOutput;
import io.waypoint.rbac.jwt.TokenOutput.ClaimHeader;
import io.waypoint.rbac.jwt.TokenPlaces;
import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Condition;
import io.waypoint.rbac.model.Origin;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.TargetRef;
import io.waypoint.rbac.model.Values;
import io.waypoint.world.Guards;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What tokens do to a request between a caller and an application. */
class BearerTest {
  private static final RSAKey KEY = Idp.key("k1");
  private static final KeyLocation KEYS = new KeyLocation.Inline(Keys.parse(Idp.jwks(KEY)));
  private static final String GOOD = Idp.token(KEY, "ann");

  private final ProxyRig rig = new ProxyRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private record Got(HttpClientResponse head, String body) {
    int status() {
      return head.statusCode();
    }
  }

  private static JwtRule rule(TokenPlaces places, TokenOutput output) {
    return new JwtRule(Idp.ISSUER, List.of(), KEYS, places, output, List.of());
  }

  static JwtRules rules(JwtRule... rules) {
    return JwtRules.compile(
        List.of(
            new RequestAuthentication(
                new Origin("RequestAuthentication", "default", "r", ""),
                List.of(TargetRef.service("reviews")),
                List.of(rules))));
  }

  /** Everybody may who has what one condition asks for. */
  static PolicySet when(String key, String value) {
    return PolicySet.compile(
        List.of(
            new AuthorizationPolicy(
                Origin.policy("default", "p"),
                List.of(TargetRef.service("reviews")),
                Action.ALLOW,
                List.of(
                    new Rule(List.of(), List.of(), List.of(new Condition(key, Values.of(value))))),
                "",
                false)),
        MeshTrust.DEFAULT);
  }

  /** The application answers with its target and those of its fields that begin with x- or a. */
  private void serve(JwtRules rules, PolicySet policies) {
    rig.publish(
        new Guards(rules, policies),
        null,
        ProxyRig.endpoints(
            rig.backend(request -> {
              var fields = new TreeMap<String, String>();
              request.headers().forEach((name, value) -> fields.put(name.toLowerCase(), value));
              fields
                  .keySet()
                  .removeIf(n -> n.startsWith("x-forwarded") || n.equals("x-request-id"));
              fields.keySet().removeIf(n -> !n.startsWith("x-") && !n.startsWith("auth"));
              request.response().end(request.uri() + " " + fields);
            })));
  }

  private Got ask(HttpMethod method, String target, String... fields) {
    var options =
        new RequestOptions()
            .setMethod(method)
            .setHost("127.0.0.1")
            .setPort(rig.http1Port())
            .setURI(target);
    for (int i = 0; i < fields.length; i += 2) {
      options.addHeader(fields[i], fields[i + 1]);
    }
    return await(
        rig.http1
            .request(options)
            .compose(request -> request.send())
            .compose(head -> head.body().map(body -> new Got(head, body.toString()))));
  }

  private Got get(String target, String... fields) {
    return ask(HttpMethod.GET, target, fields);
  }

  @Test
  void aTokenIsTakenAwayBeforeTheApplication() {
    serve(rules(rule(TokenPlaces.DEFAULT, TokenOutput.NONE)), PolicySet.ALLOW_ALL);
    assertThat(get("/a", "authorization", "Bearer " + GOOD).body()).isEqualTo("/a {}");
    assertThat(get("/a?b=c&access_token=" + GOOD + "&d").body()).isEqualTo("/a?b=c&d {}");
    assertThat(get("/a?access_token=" + GOOD).body()).isEqualTo("/a {}");
  }

  @Test
  void aTokenIsLeftWhenTheRuleWantsIt() {
    serve(
        rules(rule(TokenPlaces.DEFAULT, new TokenOutput(true, "", List.of()))),
        PolicySet.ALLOW_ALL);
    assertThat(get("/a?access_token=" + GOOD, "authorization", "Bearer " + GOOD).body())
        .isEqualTo("/a?access_token=" + GOOD + " {authorization=Bearer " + GOOD + "}");
  }

  @Test
  void anotherSchemeStays() {
    serve(rules(rule(TokenPlaces.DEFAULT, TokenOutput.NONE)), PolicySet.ALLOW_ALL);
    assertThat(get("/a", "authorization", "Basic eA==").body())
        .isEqualTo("/a {authorization=Basic eA==}");
  }

  @Test
  void policySeesThePrincipalAndTheClaims() {
    JwtRules rules = rules(rule(TokenPlaces.DEFAULT, TokenOutput.NONE));
    serve(rules, when("request.auth.principal", Idp.ISSUER + "/ann"));
    assertThat(get("/", "authorization", "Bearer " + GOOD).status()).isEqualTo(200);
    assertThat(get("/", "authorization", "Bearer " + Idp.token(KEY, "bob")).status())
        .isEqualTo(403);
    Got nobody = get("/");
    assertThat(nobody.status()).isEqualTo(403);
    assertThat(nobody.body()).isEqualTo("RBAC: access denied");
    serve(rules, when("request.auth.claims[role]", "reader"));
    assertThat(get("/", "authorization", "Bearer " + GOOD).status()).isEqualTo(200);
    serve(rules, when("request.auth.claims[role]", "writer"));
    assertThat(get("/", "authorization", "Bearer " + GOOD).status()).isEqualTo(403);
  }

  @Test
  void aBadTokenIsRefusedWithAChallenge() {
    serve(rules(rule(TokenPlaces.DEFAULT, TokenOutput.NONE)), PolicySet.ALLOW_ALL);
    Got got = get("/a?b", "authorization", "Bearer x.y.z", "host", "reviews:9080");
    assertThat(got.status()).isEqualTo(401);
    assertThat(got.body()).isEqualTo("Jwt header is not a valid JSON object in Base64url");
    assertThat(got.head().getHeader("content-type")).isEqualTo("text/plain");
    assertThat(got.head().getHeader("www-authenticate"))
        .isEqualTo("Bearer realm=\"http://reviews:9080/a\", error=\"invalid_token\"");
  }

  @Test
  void aGrpcCallerIsToldInItsWords() {
    serve(rules(rule(TokenPlaces.DEFAULT, TokenOutput.NONE)), PolicySet.ALLOW_ALL);
    Got got =
        ask(
            HttpMethod.POST,
            "/s/m",
            "content-type",
            "application/grpc",
            "te",
            "trailers",
            "authorization",
            "Bearer x");
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.head().getHeader("grpc-status")).isEqualTo("16");
    assertThat(got.head().getHeader("grpc-message")).startsWith("Jwt is not in the form");
  }

  @Test
  void aPreflightPassesWhateverItsToken() {
    serve(rules(rule(TokenPlaces.DEFAULT, TokenOutput.NONE)), PolicySet.ALLOW_ALL);
    Got preflight =
        ask(
            HttpMethod.OPTIONS,
            "/",
            "origin",
            "https://a",
            "access-control-request-method",
            "PUT",
            "authorization",
            "Bearer x");
    assertThat(preflight.status()).isEqualTo(200);
    assertThat(ask(HttpMethod.OPTIONS, "/", "authorization", "Bearer x").status()).isEqualTo(401);
  }

  @Test
  void nobodyCanForgeWhatATokenSays() {
    var output =
        new TokenOutput(
            false,
            "x-payload",
            List.of(new ClaimHeader("x-role", "role"), new ClaimHeader("x-level", "level")));
    serve(rules(rule(TokenPlaces.DEFAULT, output)), PolicySet.ALLOW_ALL);
    String[] forged = {"X-Payload", "f", "X-ROLE", "admin", "x-role", "root", "x-level", "9"};
    assertThat(get("/", forged).body()).isEqualTo("/ {}");
    Got got =
        get(
            "/",
            "X-Payload",
            "f",
            "X-ROLE",
            "admin",
            "x-level",
            "9",
            "authorization",
            "Bearer " + GOOD);
    assertThat(got.body()).isEqualTo("/ {x-payload=" + GOOD.split("\\.")[1] + ", x-role=reader}");
  }

  @Test
  void policyDoesNotSeeForgedFieldsEither() {
    var output = new TokenOutput(false, "", List.of(new ClaimHeader("x-role", "role")));
    serve(rules(rule(TokenPlaces.DEFAULT, output)), when("request.headers[x-role]", "reader"));
    assertThat(get("/", "x-role", "reader").status()).isEqualTo(403);
    assertThat(get("/", "authorization", "Bearer " + GOOD).status()).isEqualTo(200);
  }

  @Test
  void aFieldMayHoldTheTokenAndThenItsPayload() {
    var places =
        new TokenPlaces(List.of(new TokenPlaces.Header("x-jwt", "")), List.of(), List.of());
    serve(rules(rule(places, new TokenOutput(false, "x-jwt", List.of()))), PolicySet.ALLOW_ALL);
    assertThat(get("/", "x-jwt", GOOD).body()).isEqualTo("/ {x-jwt=" + GOOD.split("\\.")[1] + "}");
    assertThat(get("/", "x-jwt", "forged").status()).isEqualTo(401);
    assertThat(
            ask(
                    HttpMethod.OPTIONS,
                    "/",
                    "x-jwt",
                    "forged",
                    "origin",
                    "a",
                    "access-control-request-method",
                    "GET")
                .body())
        .isEqualTo("/ {}");
  }

  @Test
  void cookiesStayAsTheyWere() {
    var places = new TokenPlaces(List.of(), List.of(), List.of("session"));
    serve(rules(rule(places, TokenOutput.NONE)), when("request.auth.claims[sub]", "ann"));
    assertThat(get("/", "cookie", "a=b; session=" + GOOD).status()).isEqualTo(200);
    assertThat(get("/", "cookie", "a=b").status()).isEqualTo(403);
  }

  @Test
  void oneRequestBehindAnotherHasItsOwnPrincipal() {
    serve(
        rules(rule(TokenPlaces.DEFAULT, TokenOutput.NONE)),
        when("request.auth.principal", Idp.ISSUER + "/ann"));
    for (int i = 0; i < 3; i++) {
      assertThat(get("/", "authorization", "Bearer " + GOOD).status()).isEqualTo(200);
      assertThat(get("/").status()).isEqualTo(403);
    }
  }
}
