// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import static io.waypoint.rbac.Sample.allow;
import static io.waypoint.rbac.Sample.by;
import static io.waypoint.rbac.Sample.deny;
import static io.waypoint.rbac.Sample.methods;
import static io.waypoint.rbac.Sample.namespaces;
import static io.waypoint.rbac.Sample.on;
import static io.waypoint.rbac.Sample.operation;
import static io.waypoint.rbac.Sample.paths;
import static io.waypoint.rbac.Sample.policy;
import static io.waypoint.rbac.Sample.principals;
import static io.waypoint.rbac.Sample.rule;
import static io.waypoint.rbac.Sample.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.Verdict.Reason;
import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.Values;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The decision procedure: which action wins, what emptiness means, what is reported. */
class PolicySetTest {
  private static final Verdict BY_RULE_0 = new Verdict.Allow("ns[foo]-policy[p]-rule[0]");
  private static final Verdict DENIED_BY_RULE_0 =
      new Verdict.Deny("ns[foo]-policy[p]-rule[0]", Reason.DENY_MATCHED);

  @Test
  void allowsEverythingWhenNothingIsAttached() {
    assertThat(PolicySet.ALLOW_ALL.check(Ask.get("/").facts())).isEqualTo(Verdict.Allow.UNGUARDED);
    assertThat(PolicySet.ALLOW_ALL.check(Ask.tcp().principal(null).facts()).allowed()).isTrue();
  }

  @Test
  void anAllowPolicyWithoutRulesClosesTheDoor() {
    assertThat(Sample.check(allow(), Ask.get("/"))).isEqualTo(Verdict.Deny.NOT_ALLOWED);
    assertThat(Sample.check(allow(), Ask.tcp())).isEqualTo(Verdict.Deny.NOT_ALLOWED);
  }

  @Test
  void anEmptyRuleMatchesEveryRequest() {
    assertThat(Sample.check(allow(Rule.EVERYTHING), Ask.get("/").principal(null)))
        .isEqualTo(BY_RULE_0);
    assertThat(Sample.check(deny(Rule.EVERYTHING), Ask.get("/"))).isEqualTo(DENIED_BY_RULE_0);
  }

  @Test
  void aDenyPolicyWithoutRulesNeverMatches() {
    assertThat(Sample.check(deny(), Ask.get("/")).allowed()).isTrue();
  }

  @Test
  void anyAllowPolicySuffices() {
    PolicySet set = set(policy(Action.ALLOW, "nothing"), allow(on(methods("GET"))));
    assertThat(set.check(Ask.get("/").facts())).isEqualTo(BY_RULE_0);
    assertThat(set.check(Ask.get("/").method("POST").facts())).isEqualTo(Verdict.Deny.NOT_ALLOWED);
  }

  @Test
  void denyWinsOverAllow() {
    PolicySet set =
        set(deny(on(paths("/allow/admin"))), policy(Action.ALLOW, "wide", on(paths("/allow*"))));
    assertThat(set.check(Ask.get("/allow/admin").facts())).isEqualTo(DENIED_BY_RULE_0);
    assertThat(set.check(Ask.get("/allow/admin2").facts()).allowed()).isTrue();
    assertThat(set.check(Ask.get("/other").facts())).isEqualTo(Verdict.Deny.NOT_ALLOWED);
  }

  @Test
  void aCustomRuleThatMatchesIsADenialOfItsOwnReason() {
    AuthorizationPolicy custom = policy(Action.CUSTOM, "ext", on(paths("/admin")));
    PolicySet set = set(custom, allow(Rule.EVERYTHING));
    assertThat(set.check(Ask.get("/admin").facts()))
        .isEqualTo(
            new Verdict.Deny(
                "istio-ext-authz-opa-ns[foo]-policy[ext]-rule[0]-deny-due-to-bad-CUSTOM-action",
                Reason.AUTHORIZER_UNAVAILABLE));
    assertThat(set.check(Ask.get("/x").facts()).allowed()).isTrue();
    assertThat(set.check(Ask.tcp().facts())).isInstanceOf(Verdict.Deny.class);
  }

  @Test
  void anAuditRuleDecidesNothing() {
    PolicySet set =
        set(policy(Action.AUDIT, "audit", on(methods("PUT"))), allow(on(methods("GET"))));
    assertThat(set.check(Ask.get("/").method("PUT").facts())).isEqualTo(Verdict.Deny.NOT_ALLOWED);
    assertThat(set.audited(Ask.get("/").method("PUT").facts())).isTrue();
    assertThat(set.audited(Ask.get("/").facts())).isFalse();
  }

  @Test
  void fromAndToMustBothMatch() {
    AuthorizationPolicy both = allow(rule(namespaces(Values.of("foo")), methods("GET")));
    assertThat(Sample.check(both, Ask.get("/")).allowed()).isTrue();
    assertThat(Sample.check(both, Ask.get("/").method("POST")).allowed()).isFalse();
    assertThat(Sample.check(both, Ask.get("/").as("bar/b")).allowed()).isFalse();
  }

  @Test
  void fieldsOfDifferentOperationsDoNotCombine() {
    AuthorizationPolicy two = allow(on(operation("GET", "/r*"), operation("POST", "/w*")));
    assertThat(Sample.check(two, Ask.get("/r1")).allowed()).isTrue();
    assertThat(Sample.check(two, Ask.get("/w1").method("POST")).allowed()).isTrue();
    assertThat(Sample.check(two, Ask.get("/w1")).allowed()).isFalse();
  }

  @Test
  void negativeFieldsNarrowPositiveOnes() {
    var values =
        new Values(java.util.List.of("/api*"), java.util.List.of("/api/private*", "/api/internal"));
    AuthorizationPolicy policy = allow(on(paths(values)));
    assertThat(Sample.check(policy, Ask.get("/api/x")).allowed()).isTrue();
    assertThat(Sample.check(policy, Ask.get("/api/private/1")).allowed()).isFalse();
    assertThat(Sample.check(policy, Ask.get("/api/internal")).allowed()).isFalse();
    assertThat(Sample.check(policy, Ask.get("/x")).allowed()).isFalse();
  }

  @Test
  void anAbsentAttributeFailsPositiveFieldsAndSatisfiesNegativeOnes() {
    Ask anonymous = Ask.get("/").principal(null).sourceIp(null).host(null);
    assertThat(Sample.check(allow(by(principals(Values.of("*")))), anonymous).allowed()).isFalse();
    assertThat(Sample.check(deny(by(principals(Values.not("*")))), anonymous))
        .isEqualTo(DENIED_BY_RULE_0);
    assertThat(Sample.check(deny(by(namespaces(Values.not("foo")))), anonymous).allowed())
        .isFalse();
    assertThat(
            Sample.check(deny(by(Sample.ipBlocks(Values.not("10.0.0.0/8")))), anonymous).allowed())
        .isFalse();
    assertThat(Sample.check(allow(on(Sample.hosts("*"))), anonymous).allowed()).isFalse();
  }

  @Test
  void reportsTheFirstMatchInTheByteOrderOfIds() {
    Rule[] rules = IntStream.range(0, 12).mapToObj(i -> Rule.EVERYTHING).toArray(Rule[]::new);
    rules[0] = on(paths("/elsewhere"));
    rules[1] = rules[0];
    assertThat(Sample.check(allow(rules), Ask.get("/")).policyId())
        .isEqualTo("ns[foo]-policy[p]-rule[10]");
    assertThat(
            set(
                    policy(Action.DENY, "b", Rule.EVERYTHING),
                    policy(Action.DENY, "B", Rule.EVERYTHING))
                .check(Ask.get("/").facts())
                .policyId())
        .isEqualTo("ns[foo]-policy[B]-rule[0]");
  }

  @Test
  void aFailureOfTheEvaluationIsADenial() {
    RequestFacts broken = InterceptedFacts.broken();
    for (PolicySet set : new PolicySet[] {set(deny(on(paths("/x")))), set(allow(on(paths("*"))))}) {
      assertThat(set.check(broken))
          .isEqualTo(new Verdict.Deny("error[IllegalStateException]", Reason.EVALUATION_FAILED));
      assertThat(set.explain(broken).verdict().allowed()).isFalse();
    }
    assertThat(PolicySet.ALLOW_ALL.check(null_()).allowed()).isFalse();
  }

  @SuppressWarnings("NullAway")
  private static RequestFacts null_() {
    return null;
  }
}
