// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.jwt.JwtRule;
import io.waypoint.rbac.jwt.JwtRules;
import io.waypoint.rbac.jwt.KeyLocation;
import io.waypoint.rbac.jwt.TokenOutput;
import io.waypoint.rbac.jwt.TokenPlaces;
import io.waypoint.world.Lookup;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestAuthenticationTest {
  private static final String KEYS =
      "{\\\"keys\\\":[{\\\"kty\\\":\\\"OKP\\\",\\\"crv\\\":\\\"Ed25519\\\",\\\"x\\\":"
          + "\\\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\\\"}]}";

  private static Translation of(String spec) {
    return Yaml.of(Yaml.MESH, Yaml.service("shop"), Yaml.pod("shop", "10.1.0.7"), object(spec));
  }

  private static String object(String spec) {
    return """
    apiVersion: security.istio.io/v1
    kind: RequestAuthentication
    metadata: {name: r}
    spec:
    """
        + spec.indent(2);
  }

  private static String attached(String rule) {
    return "targetRefs: [{kind: Service, name: shop}]\njwtRules:\n- " + rule.indent(2).strip();
  }

  private static JwtRules tokens(Translation translation, String host, int port) {
    Lookup found = translation.world().find(host, port);
    return ((Lookup.Found) found).destination().tokens();
  }

  private static JwtRule only(Translation translation) {
    assertThat(Yaml.words(translation)).isEmpty();
    return tokens(translation, "shop.default", 80).rules().getFirst();
  }

  @Test
  void readsEveryField() {
    JwtRule rule =
        only(
            of(
                attached(
                    """
                    issuer: https://i
                    audiences: [a, https://b/]
                    jwksUri: https://i/keys
                    timeout: 2.5s
                    fromHeaders: [{name: X-Jwt, prefix: "Token "}]
                    fromParams: [tok]
                    fromCookies: [session]
                    outputPayloadToHeader: X-Payload
                    forwardOriginalToken: true
                    outputClaimToHeaders: [{header: X-Role, claim: realm.role}]
                    spaceDelimitedClaims: [roles]
                    """)));
    assertThat(rule)
        .isEqualTo(
            new JwtRule(
                "https://i",
                List.of("a", "b"),
                new KeyLocation.Remote("https://i/keys", false, Duration.ofMillis(2_500)),
                new TokenPlaces(
                    List.of(new TokenPlaces.Header("x-jwt", "Token ")),
                    List.of("tok"),
                    List.of("session")),
                new TokenOutput(
                    true,
                    "x-payload",
                    List.of(new TokenOutput.ClaimHeader("x-role", "realm.role"))),
                List.of("roles")));
  }

  @Test
  void whatIsNotWrittenHasIstiosDefaults() {
    JwtRule rule = only(of(attached("issuer: https://i/")));
    assertThat(rule.places()).isEqualTo(TokenPlaces.DEFAULT);
    assertThat(rule.output()).isEqualTo(TokenOutput.NONE);
    assertThat(rule.keys())
        .isEqualTo(
            new KeyLocation.Remote(
                "https://i/.well-known/openid-configuration", true, Duration.ofSeconds(5)));
  }

  @Test
  void keysMayStandInTheRule() {
    JwtRule rule = only(of(attached("issuer: i\njwks: \"" + KEYS + "\"")));
    assertThat(rule.keys())
        .isInstanceOfSatisfying(
            KeyLocation.Inline.class, inline -> assertThat(inline.keys().size()).isEqualTo(1));
  }

  /** What an API server or Istio's webhook refuses. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "jwksUri: https://i/keys",
        "issuer: ''",
        "issuer: i\naudiences: ['']",
        "issuer: i\njwksUri: ftp://i/keys",
        "issuer: i\njwksUri: https:///keys",
        "issuer: i\njwksUri: https://user:secret@i/keys",
        "issuer: i\njwks: nonsense",
        "issuer: i\njwks: '{\"keys\":[]}'",
        "issuer: i\njwksUri: https://i/keys\njwks: '{}'",
        "issuer: https://i\ntimeout: 0s",
        "issuer: https://i\ntimeout: soon",
        "issuer: https://i\nfromHeaders: [{prefix: x}]",
        "issuer: https://i\nfromHeaders: [{name: 'a b'}]",
        "issuer: https://i\nfromParams: ['']",
        "issuer: https://i\nfromCookies: ['']",
        "issuer: https://i\noutputPayloadToHeader: 'a:b'",
        "issuer: https://i\noutputPayloadToHeader: Content-Length",
        "issuer: https://i\noutputClaimToHeaders: [{header: x}]",
        "issuer: https://i\noutputClaimToHeaders: [{claim: x}]",
        "issuer: https://i\noutputClaimToHeaders: [{header: host, claim: x}]",
        "issuer: https://i\nforwardOriginalToken: maybe",
        "issuer: https://i\nissuers: [a]"
      })
  void refusesWhatCannotBeMeant(String rule) {
    Translation translation = of(attached(rule));
    assertThat(translation.isRefused()).isTrue();
    assertThat(translation.problems()).allSatisfy(p -> assertThat(p.position()).isNotNull());
    for (JwtRule read : tokens(translation, "shop.default", 80).rules()) {
      assertThat(read.keys())
          .isInstanceOfSatisfying(
              KeyLocation.Inline.class, inline -> assertThat(inline.keys().isEmpty()).isTrue());
    }
  }

  @Test
  void warnsOfAnIssuerWithoutKeys() {
    Translation translation = of(attached("issuer: nobody"));
    assertThat(Yaml.words(translation)).singleElement().asString().contains("WP3007", "nobody");
  }

  @ParameterizedTest
  @CsvSource({
    "'targetRefs: [{kind: Service, name: shop}]', yes, no",
    "'targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: waypoint}]', yes, yes",
    "'targetRefs: [{kind: Service, name: other}]', no, no",
    "'selector: {matchLabels: {app: shop}}', no, no",
    "'{}', no, no"
  })
  void reachesWhatItTargets(String attachment, String service, String pod) {
    String spec =
        attachment.equals("{}")
            ? "jwtRules: [{issuer: https://i}]"
            : attachment + "\njwtRules: [{issuer: https://i}]";
    Translation translation =
        Yaml.of(
            Yaml.MESH.replace(
                "metadata: {name: waypoint}",
                "metadata: {name: waypoint, labels: {istio.io/waypoint-for: all}}"),
            Yaml.service("shop"),
            Yaml.pod("shop", "10.1.0.7"),
            object(spec));
    assertThat(tokens(translation, "shop.default", 80).isEmpty() ? "no" : "yes").isEqualTo(service);
    assertThat(tokens(translation, "10.1.0.7", 8080).isEmpty() ? "no" : "yes").isEqualTo(pod);
  }

  @Test
  void severalObjectsAreOneSetByIssuer() {
    Translation translation =
        Yaml.of(
            Yaml.MESH,
            Yaml.service("shop"),
            object(attached("issuer: https://z")),
            object(
                    "targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name:"
                        + " waypoint}]\n"
                        + "jwtRules: [{issuer: https://a}]")
                .replace("name: r}", "name: s}"));
    assertThat(tokens(translation, "shop.default", 80).rules())
        .extracting(JwtRule::issuer)
        .containsExactly("https://a", "https://z");
  }

  @Test
  void saysWhereNoWaypointStands() {
    String unbound =
        Yaml.service("shop")
            .replace("{name: shop}", "{name: shop, labels: {istio.io/use-waypoint: none}}");
    Translation translation = Yaml.of(Yaml.MESH, unbound, object(attached("issuer: https://i")));
    assertThat(Yaml.words(translation)).singleElement().asString().contains("WP3008", "shop");
  }

  @Test
  void saysWhatIsNotThereAndWhatNobodyLooksAt() {
    assertThat(Yaml.words(of("targetRefs: [{kind: Service, name: ghost}]\njwtRules: []")))
        .singleElement()
        .asString()
        .contains("WP3005", "ghost");
    assertThat(Yaml.words(of("jwtRules: [{issuer: https://i}]")))
        .singleElement()
        .asString()
        .contains("WP3004", "ztunnel");
  }
}
