// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.waypoint.rbac.RequestFacts;
import io.waypoint.rbac.model.Origin;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a token costs that was verified before, beside the check of a signature that it saves. */
class TokenCostTest {
  private static final long NOW = 1_800_000_000L;
  private static final int TIMES = 20_000;

  private static long bytesEach(JwtRules rules, RequestFacts facts) {
    var seen = new VerifiedTokens();
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long begun = 0;
    for (int i = 0; i < 2 * TIMES; i++) {
      if (i == TIMES) {
        begun = threads.getCurrentThreadAllocatedBytes();
      }
      assertThat(rules.authenticate(facts, KeySource.NONE, seen, NOW).getClass()).isNotNull();
    }
    return (threads.getCurrentThreadAllocatedBytes() - begun) / TIMES;
  }

  private static JwtRules rules(Issuer issuer) {
    return JwtRules.compile(
        List.of(
            new RequestAuthentication(
                new Origin("RequestAuthentication", "foo", "r", ""),
                List.of(),
                List.of(
                    new JwtRule(
                        "i",
                        List.of(),
                        new KeyLocation.Inline(Keys.parse(issuer.jwks())),
                        TokenPlaces.DEFAULT,
                        TokenOutput.NONE,
                        List.of())))));
  }

  @Test
  void aTokenThatWasSeenCostsLittleMoreThanItsDigest() {
    Issuer issuer = Issuer.rsa("k");
    String token = issuer.token("RS256", "{\"iss\":\"i\",\"sub\":\"s\"}");
    JwtRules rules = rules(issuer);
    long with = bytesEach(rules, Bearer.of(token).facts());
    long without = bytesEach(rules, Bearer.none().facts());
    System.out.printf("bytes for a token seen before: %d, for none: %d%n", with, without);
    assertThat(with).isLessThan(3L * token.length() + 1_500);
    assertThat(without).isLessThan(1_000);
  }
}
