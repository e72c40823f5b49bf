// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import static io.waypoint.rbac.Sample.allow;
import static io.waypoint.rbac.Sample.by;
import static io.waypoint.rbac.Sample.on;
import static io.waypoint.rbac.Sample.paths;
import static io.waypoint.rbac.Sample.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.model.Values;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * Texts that make a backtracking matcher explode. The texts are far longer than the proxy lets
 * through, so that anything worse than linear would run for hours.
 */
class LinearTimeTest {
  private static final Duration PLENTY = Duration.ofSeconds(20);
  private static final int LENGTH = 1_000_000;

  @Test
  void wildcardsOfNamespaces() {
    assertNoMatchInTime(
        by(Sample.namespaces(Values.of("a*a*a*a*a*b"))),
        Ask.get("/").principal("spiffe://td/ns/" + "a".repeat(LENGTH) + "/sa/x"));
  }

  @Test
  void repeatedPartsOfAServiceAccount() {
    assertNoMatchInTime(
        by(source("serviceAccounts", Values.of("foo/a"))),
        Ask.get("/").principal("spiffe://td" + "/ns/foo/sa/a-".repeat(LENGTH / 12)));
  }

  @Test
  void templates() {
    assertNoMatchInTime(
        on(paths("/{*}/a/{*}/a/{*}/{**}/b")), Ask.get("/x/a".repeat(LENGTH / 4) + "/c"));
  }

  @Test
  void manyNamespacesInOnePrincipal() {
    assertNoMatchInTime(
        by(Sample.namespaces(Values.of("foo"))),
        Ask.get("/").principal("spiffe://td" + "/ns/x".repeat(LENGTH / 5)));
  }

  @Test
  void manyDotSegments() {
    Assertions.assertTimeoutPreemptively(
        PLENTY,
        () -> {
          String deep = "/a".repeat(LENGTH / 4) + "/..".repeat(LENGTH / 4) + "/b";
          assertThat(PathNormalization.BASE.normalize(deep)).isEqualTo("/b");
          String slashes = "/".repeat(LENGTH) + "..".repeat(3) + "/%2f".repeat(LENGTH / 4);
          assertThat(PathNormalization.DECODE_AND_MERGE_SLASHES.normalize(slashes))
              .isEqualTo("/....../");
        });
  }

  private static void assertNoMatchInTime(io.waypoint.rbac.model.Rule rule, Ask ask) {
    PolicySet set = Sample.set(allow(rule));
    StatedFacts facts = ask.facts();
    Assertions.assertTimeoutPreemptively(
        PLENTY, () -> assertThat(set.check(facts)).isEqualTo(Verdict.Deny.NOT_ALLOWED));
  }
}
