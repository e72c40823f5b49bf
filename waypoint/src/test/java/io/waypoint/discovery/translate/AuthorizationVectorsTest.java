// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.RequestTarget;
import io.waypoint.rbac.StatedFacts;
import io.waypoint.rbac.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The shared vectors of authorization: path normalisation, the policies' YAML, attachment and the
 * engine together.
 *
 * <p>Waiting are the requests whose outcome an external authorizer decides. Until one can be asked
 * they must be denied.
 */
class AuthorizationVectorsTest {
  private static final int ALL = 237;
  private static final int WAITING = 10;

  private final List<String> mismatches = new ArrayList<>();
  private int passed;
  private int waiting;

  @Test
  void everyVectorThatIsNotWaitingHolds() {
    for (Vector vector : Vector.load()) {
      PolicySet policies = vector.policies();
      for (Vector.Ask ask : vector.asks()) {
        run(vector, policies, ask);
      }
    }
    System.out.printf("authorization vectors: %d passed, %d waiting%n", passed, waiting);
    assertThat(mismatches).isEmpty();
    assertThat(passed).isEqualTo(ALL - WAITING);
    assertThat(waiting).isEqualTo(WAITING);
  }

  private void run(Vector vector, PolicySet policies, Vector.Ask ask) {
    RequestTarget target = null;
    if (ask.isHttp()) {
      target = vector.normalization().target(ask.rawTarget());
      if (target == null) {
        judge(vector, ask, "deny", null, ask.expected("expectStatus").equals("400"));
        return;
      }
    }
    StatedFacts facts = ask.facts(target);
    Verdict verdict = policies.check(facts);
    assertThat(policies.explain(facts).verdict()).isEqualTo(verdict);
    if (vector.asksAuthorizer(verdict)) {
      waiting++;
      return;
    }
    judge(
        vector,
        ask,
        verdict.allowed() ? "allow" : "deny",
        verdict.policyId(),
        ask.forwards(target) && ask.shadows(policies.shadow(facts)));
  }

  private void judge(
      Vector vector, Vector.Ask ask, String outcome, @Nullable String policy, boolean alsoHolds) {
    String expectedPolicy = ask.expected("expectPolicy");
    boolean holds =
        outcome.equals(ask.expected("expect"))
            && alsoHolds
            && (expectedPolicy.isEmpty() || expectedPolicy.equals(policy));
    if (holds) {
      passed++;
    } else {
      mismatches.add(vector.name() + " / " + ask.name() + ": " + outcome + " by " + policy);
    }
  }
}
