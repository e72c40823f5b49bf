// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds of any policies and any request. */
class PolicyPropertyTest {
  private static final MeshTrust TRUST =
      new MeshTrust(new TrustDomain("td1"), List.of(new TrustDomain("td2")), "istio-system");

  @Test
  void decidesAsTheReferenceDoes() {
    assertSameAsReference(new RandomPolicies(1), 2_500, 8, 24);
  }

  @Test
  void decidesAsTheReferenceDoesWithManyPolicies() {
    assertSameAsReference(new RandomPolicies(2), 150, 200, 40);
  }

  private static void assertSameAsReference(
      RandomPolicies random, int sets, int atMost, int requests) {
    var reference = new ReferenceEvaluator(TRUST);
    int allowed = 0;
    for (int i = 0; i < sets; i++) {
      List<AuthorizationPolicy> policies = random.policies(atMost);
      PolicySet set = PolicySet.compile(policies, TRUST);
      for (int j = 0; j < requests; j++) {
        StatedFacts facts = random.facts();
        Verdict verdict = set.check(facts);
        String expected = reference.decide(policies, facts);
        if (!expected.equals((verdict.allowed() ? "allow " : "deny ") + verdict.policyId())) {
          assertThat(verdict).as("%s%n%s", policies, facts).hasToString(expected);
        }
        allowed += verdict.allowed() ? 1 : 0;
      }
    }
    assertThat(allowed).isBetween(sets * requests / 100, sets * requests * 99 / 100);
  }

  @Test
  void explainsWhatItDecides() {
    var random = new RandomPolicies(3);
    for (int i = 0; i < 1_000; i++) {
      PolicySet set = PolicySet.compile(random.policies(6), TRUST);
      for (int j = 0; j < 5; j++) {
        StatedFacts facts = random.facts();
        Explanation explanation = set.explain(facts);
        assertThat(explanation.verdict()).isEqualTo(set.check(facts));
        String decider = explanation.verdict().policyId();
        assertThat(explanation.candidates())
            .filteredOn(candidate -> candidate.policyId().equals(decider))
            .allMatch(Explanation.Candidate::matched)
            .hasSize(decider == null || decider.equals("none") ? 0 : 1);
        if (!explanation.verdict().allowed() && "none".equals(decider)) {
          assertThat(explanation.candidates())
              .filteredOn(one -> one.action() == Action.ALLOW && !one.dryRun())
              .noneMatch(Explanation.Candidate::matched);
        }
      }
    }
  }

  @Test
  void oneMoreDenyPolicyNeverAllowsMore() {
    var random = new RandomPolicies(4);
    for (int i = 0; i < 2_000; i++) {
      List<AuthorizationPolicy> policies = random.policies(5);
      List<AuthorizationPolicy> more = new ArrayList<>(policies);
      more.add(random.policy("more", i % 3 == 0 ? Action.CUSTOM : Action.DENY));
      assertNeverAllowsMore(random, more, policies);
    }
  }

  @Test
  void oneAllowPolicyLessNeverAllowsMoreWhileAnotherRemains() {
    var random = new RandomPolicies(5);
    for (int i = 0; i < 2_000; i++) {
      List<AuthorizationPolicy> policies = new ArrayList<>(random.policies(5));
      policies.add(Sample.policy(Action.ALLOW, "nothing"));
      List<AuthorizationPolicy> more = new ArrayList<>(policies);
      more.add(random.policy("more", Action.ALLOW));
      assertNeverAllowsMore(random, policies, more);
    }
  }

  private static void assertNeverAllowsMore(
      RandomPolicies random, List<AuthorizationPolicy> strict, List<AuthorizationPolicy> wide) {
    PolicySet stricter = PolicySet.compile(strict, TRUST);
    PolicySet wider = PolicySet.compile(wide, TRUST);
    for (int i = 0; i < 5; i++) {
      StatedFacts facts = random.facts();
      if (stricter.check(facts).allowed() && !wider.check(facts).allowed()) {
        assertThat(strict).as("%s allows %s", strict, facts).isEqualTo(wide);
      }
    }
  }

  @Test
  void whatTcpMayEveryRequestMay() {
    var random = new RandomPolicies(6);
    int allowed = 0;
    for (int i = 0; i < 2_000; i++) {
      List<AuthorizationPolicy> policies = random.policies(5);
      PolicySet set = PolicySet.compile(policies, TRUST);
      StatedFacts request = random.facts(true);
      StatedFacts connection =
          new StatedFacts(
              false,
              request.principal(),
              request.sourceIp(),
              request.remoteIp(),
              request.destinationIp(),
              request.destinationPort(),
              request.sni(),
              null,
              null,
              null,
              null,
              java.util.Map.of(),
              null);
      if (set.check(connection).allowed()) {
        assertThat(set.check(request).allowed()).as("%s%n%s", policies, request).isTrue();
        allowed++;
      }
    }
    assertThat(allowed).isPositive();
  }
}
