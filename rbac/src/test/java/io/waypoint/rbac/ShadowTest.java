// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import static io.waypoint.rbac.Sample.allow;
import static io.waypoint.rbac.Sample.deny;
import static io.waypoint.rbac.Sample.dryRun;
import static io.waypoint.rbac.Sample.on;
import static io.waypoint.rbac.Sample.paths;
import static io.waypoint.rbac.Sample.policy;
import static io.waypoint.rbac.Sample.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dry runs: evaluated, reported, never enforced. */
class ShadowTest {
  @Test
  void aDryRunAllowCreatesNoImplicitDenial() {
    PolicySet set = set(dryRun(allow(on(paths("/x")))));
    assertThat(set.hasShadow()).isTrue();
    assertThat(set.check(Ask.get("/y").facts())).isEqualTo(Verdict.Allow.UNGUARDED);
    assertThat(set.shadow(Ask.get("/y").facts()).allow()).isEqualTo(Verdict.Deny.NOT_ALLOWED);
    assertThat(set.shadow(Ask.get("/x").facts()).allow())
        .isEqualTo(new Verdict.Allow("ns[foo]-policy[p]-rule[0]"));
    assertThat(set.shadow(Ask.get("/x").facts()).deny()).isNull();
  }

  @Test
  void onlyEnforcedPoliciesCount() {
    PolicySet set =
        set(dryRun(policy(Action.ALLOW, "dry", Rule.EVERYTHING)), allow(on(paths("/x"))));
    assertThat(set.check(Ask.get("/y").facts())).isEqualTo(Verdict.Deny.NOT_ALLOWED);
    assertThat(set.check(Ask.get("/x").facts()).allowed()).isTrue();
  }

  @Test
  void aDryRunDenyOrCustomIsOnlyReported() {
    PolicySet set =
        set(dryRun(deny(Rule.EVERYTHING)), dryRun(policy(Action.CUSTOM, "c", on(paths("/admin")))));
    assertThat(set.check(Ask.get("/admin").facts()).allowed()).isTrue();
    Shadow shadow = set.shadow(Ask.get("/admin").facts());
    assertThat(shadow.deny()).isInstanceOf(Verdict.Deny.class);
    assertThat(shadow.custom()).isInstanceOf(Verdict.Deny.class);
    assertThat(shadow.allow()).isNull();
    assertThat(set.shadow(Ask.get("/").facts()).custom()).isEqualTo(Verdict.Allow.UNGUARDED);
  }

  @Test
  void withoutDryRunsThereIsNoShadow() {
    assertThat(set(deny(Rule.EVERYTHING)).hasShadow()).isFalse();
    assertThat(set(deny(Rule.EVERYTHING)).shadow(Ask.get("/").facts()))
        .isEqualTo(new Shadow(null, null, null));
  }

  @Test
  void aFailureOfTheEvaluationIsReportedAsDenial() {
    assertThat(set(dryRun(deny(on(paths("/x"))))).shadow(InterceptedFacts.broken()).deny())
        .isInstanceOf(Verdict.Deny.class);
    assertThat(set(policy(Action.AUDIT, "a", on(paths("/x")))).audited(InterceptedFacts.broken()))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "t", "T", "true", "TRUE", "True"})
  void readsTheAnnotation(String annotation) {
    assertThat(AuthorizationPolicy.isDryRun(annotation)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yes", "tRUE", "0", "f", "false", " true"})
  void anyOtherSpellingLeavesThePolicyEnforced(String annotation) {
    assertThat(AuthorizationPolicy.isDryRun(annotation)).isFalse();
  }
}
