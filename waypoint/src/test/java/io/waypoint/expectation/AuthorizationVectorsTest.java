// SPDX-License-Identifier: Apache-2.0
package io.waypoint.expectation;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.config.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * The shared vectors of authorization, read and run by what {@code waypoint authz check} runs: path
 * normalisation, the policies' YAML, attachment, authorizers' answers and the engine together.
 */
class AuthorizationVectorsTest {
  private static Expectations vectors() throws IOException {
    return vectors("authz-vectors.yaml");
  }

  private static Expectations vectors(String name) throws IOException {
    String path = "/vectors/" + name;
    try (InputStream file =
        Objects.requireNonNull(AuthorizationVectorsTest.class.getResourceAsStream(path))) {
      String yaml = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      return Expectations.read(List.of(Source.file(name, yaml)), List.of());
    }
  }

  @Test
  void everyVectorIsJudgedAsExpected() throws IOException {
    Expectations vectors = vectors();
    List<Expectations.Outcome> outcomes = vectors.run();

    assertThat(vectors.problems()).isEmpty();
    assertThat(vectors.sets()).hasSize(83);
    assertThat(outcomes).hasSize(237);
    assertAsExpected(outcomes);
  }

  /**
   * Ours, written for odd combinations: what is absent, empty, repeated, nested or of IPv6, and
   * what admission refuses although it is clear.
   */
  @Test
  void everyOddVectorIsJudgedAsExpected() throws IOException {
    Expectations vectors = vectors("odd-authz-vectors.yaml");
    List<Expectations.Outcome> outcomes = vectors.run();

    assertThat(vectors.problems()).isEmpty();
    assertThat(outcomes).hasSize(448);
    assertAsExpected(outcomes);
  }

  private static void assertAsExpected(List<Expectations.Outcome> outcomes) {
    assertThat(outcomes.stream().filter(outcome -> !outcome.isAsExpected()).toList())
        .extracting(
            outcome -> outcome.set().name(),
            outcome -> outcome.request().name(),
            Expectations.Outcome::differences)
        .isEmpty();
  }

  /** Turned round, every expectation must be missed: the comparison compares. */
  @Test
  void everyVectorMissesTheOppositeExpectation() throws IOException {
    for (Expectations.Outcome outcome : vectors().run()) {
      ExpectedRequest.Wanted wanted = outcome.request().wanted();
      var opposite = new ExpectedRequest.Wanted(!wanted.allowed(), 0, -1, null, null, Map.of());

      assertThat(outcome.judgement().differences(outcome.request().wanting(opposite)))
          .as(outcome.request().name())
          .hasSize(1);
    }
  }

  @Test
  void theExplanationOfEveryVectorAgreesWithItsVerdict() throws IOException {
    for (ExpectedSet set : vectors().sets()) {
      var bench = new Bench(set);
      for (ExpectedRequest request : set.requests()) {
        Judgement judgement = bench.judge(request);
        if (judgement.explanation() != null && request.answers().isEmpty()) {
          assertThat(judgement.explanation().verdict().allowed()).isEqualTo(judgement.allowed());
          assertThat(judgement.explanation().verdict().policyId()).isEqualTo(judgement.decidedBy());
        }
      }
    }
  }
}
