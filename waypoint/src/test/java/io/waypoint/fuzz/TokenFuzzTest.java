// SPDX-License-Identifier: Apache-2.0
package io.waypoint.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.waypoint.rbac.StatedFacts;
import io.waypoint.rbac.jwt.Authentication;
import io.waypoint.rbac.jwt.JwtRule;
import io.waypoint.rbac.jwt.JwtRules;
import io.waypoint.rbac.jwt.KeyLocation;
import io.waypoint.rbac.jwt.KeySource;
import io.waypoint.rbac.jwt.Keys;
import io.waypoint.rbac.jwt.RequestAuthentication;
import io.waypoint.rbac.jwt.TokenOutput;
import io.waypoint.rbac.jwt.TokenPlaces;
import io.waypoint.rbac.jwt.TokenRefusal;
import io.waypoint.rbac.jwt.VerifiedTokens;
import io.waypoint.rbac.model.Origin;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Whatever stands where a token belongs, nobody but the bearers of the two that were signed is
 * anybody, and no reading fails in a way that is not foreseen (policies.md 3.14, CVE-2019-12995).
 * The key and the tokens are those of the example; nobody has the key's other half any more.
 */
class TokenFuzzTest {
  private static final String KEYS =
      """
      {"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","kid":"example","x":"dXnsryb5BON6LCRabIJYfhnCpRBFbgsi3cNELxuorJ0","y":"XuuUbrMt8B7bzWEYbV219joe3wuLnQPdzThWLUpovaU"}]}
      """;

  private static final JwtRules RULES =
      JwtRules.compile(
          List.of(
              new RequestAuthentication(
                  new Origin("RequestAuthentication", "foo", "r", ""),
                  List.of(),
                  List.of(
                      new JwtRule(
                          "https://issuer.example",
                          List.of(),
                          new KeyLocation.Inline(Keys.parse(KEYS)),
                          TokenPlaces.DEFAULT,
                          TokenOutput.NONE,
                          List.of())))));

  private static final Map<String, List<String>> SIGNED =
      Map.of("alice", List.of("editors"), "bob", List.of("readers"));

  /** What {@code .ci/fuzz} runs, guided by coverage; a build only replays the corpus. */
  public static void fuzzerTestOneInput(byte[] data) {
    new TokenFuzzTest().nobodyIsAnybodyWithoutASignature(data);
  }

  @FuzzTest(maxDuration = "10m")
  void nobodyIsAnybodyWithoutASignature(byte[] data) {
    String token = new String(data, StandardCharsets.ISO_8859_1);
    var facts =
        new StatedFacts(
            true,
            null,
            null,
            null,
            null,
            80,
            null,
            "h",
            "GET",
            "/",
            "/",
            Map.of("authorization", List.of("Bearer " + token)),
            null);
    Authentication found =
        RULES.authenticate(facts, KeySource.NONE, new VerifiedTokens(), 1_800_000_000L);
    if (found instanceof Authentication.Authenticated proven) {
      Object subject = proven.claims().get("sub");
      assertThat(SIGNED).containsKey(String.valueOf(subject));
      assertThat(proven.claims().get("groups")).isEqualTo(SIGNED.get(String.valueOf(subject)));
    } else {
      assertThat(found).isNotInstanceOf(Authentication.NeedsKeys.class);
      boolean broken =
          found instanceof Authentication.Refused(TokenRefusal reason)
              && reason == TokenRefusal.BROKEN;
      assertThat(broken).as("an error that nobody foresaw").isFalse();
    }
  }
}
