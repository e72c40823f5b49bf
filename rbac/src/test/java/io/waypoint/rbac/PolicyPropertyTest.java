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
  /** With 4,000 sets a million pairs for each property. */
  private static final int POOL = 250;

  private static final MeshTrust TRUST =
      new MeshTrust(new TrustDomain("td1"), List.of(new TrustDomain("td2")), "istio-system");

  @Test
  void decidesAsTheReferenceDoes() {
    assertSameAsReference(new RandomPolicies(1), 4_000, 8);
  }

  @Test
  void decidesAsTheReferenceDoesWithManyPolicies() {
    assertSameAsReference(new RandomPolicies(2), 60, 200);
  }

  /** Fresh ones for every set would cost more than all decisions. */
  private static List<StatedFacts> pool(RandomPolicies random) {
    List<StatedFacts> pool = new ArrayList<>();
    for (int i = 0; i < POOL; i++) {
      pool.add(random.facts());
    }
    return pool;
  }

  private static void assertSameAsReference(RandomPolicies random, int sets, int atMost) {
    var reference = new ReferenceEvaluator(TRUST);
    List<StatedFacts> requests = pool(random);
    int allowed = 0;
    for (int i = 0; i < sets; i++) {
      List<AuthorizationPolicy> policies = random.policies(atMost);
      PolicySet set = PolicySet.compile(policies, TRUST);
      for (StatedFacts facts : requests) {
        Verdict verdict = set.check(facts);
        String expected = reference.decide(policies, facts);
        if (!expected.equals((verdict.allowed() ? "allow " : "deny ") + verdict.policyId())) {
          assertThat(verdict).as("%s%n%s", policies, facts).hasToString(expected);
        }
        allowed += verdict.allowed() ? 1 : 0;
      }
    }
    assertThat(allowed).isBetween(sets * POOL / 100, sets * POOL / 100 * 99);
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
    List<StatedFacts> requests = pool(random);
    for (int i = 0; i < 4_000; i++) {
      List<AuthorizationPolicy> policies = random.policies(5);
      List<AuthorizationPolicy> more = new ArrayList<>(policies);
      more.add(random.policy("more", i % 3 == 0 ? Action.CUSTOM : Action.DENY));
      assertNeverAllowsMore(requests, more, policies);
    }
  }

  @Test
  void oneAllowPolicyLessNeverAllowsMoreWhileAnotherRemains() {
    var random = new RandomPolicies(5);
    List<StatedFacts> requests = pool(random);
    for (int i = 0; i < 4_000; i++) {
      List<AuthorizationPolicy> policies = new ArrayList<>(random.policies(5));
      policies.add(Sample.policy(Action.ALLOW, "nothing"));
      List<AuthorizationPolicy> more = new ArrayList<>(policies);
      more.add(random.policy("more", Action.ALLOW));
      assertNeverAllowsMore(requests, policies, more);
    }
  }

  private static void assertNeverAllowsMore(
      List<StatedFacts> requests,
      List<AuthorizationPolicy> strict,
      List<AuthorizationPolicy> wide) {
    PolicySet stricter = PolicySet.compile(strict, TRUST);
    PolicySet wider = PolicySet.compile(wide, TRUST);
    for (StatedFacts facts : requests) {
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
