// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import static io.waypoint.rbac.Sample.allow;
import static io.waypoint.rbac.Sample.by;
import static io.waypoint.rbac.Sample.deny;
import static io.waypoint.rbac.Sample.namespaces;
import static io.waypoint.rbac.Sample.on;
import static io.waypoint.rbac.Sample.operation;
import static io.waypoint.rbac.Sample.paths;
import static io.waypoint.rbac.Sample.policy;
import static io.waypoint.rbac.Sample.set;
import static io.waypoint.rbac.Sample.when;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.Values;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplanationTest {
  @Test
  void givesEveryRuleItsFirstFailureInTheOrderOfEvaluation() {
    PolicySet set =
        set(
            allow(on(operation("GET", "/products*")), by(namespaces(Values.of("bar")))),
            policy(Action.DENY, "no-admin", on(paths("/admin"))),
            policy(Action.ALLOW, "empty"));
    Explanation explanation = set.explain(Ask.get("/x").facts());
    assertThat(explanation.verdict()).isEqualTo(Verdict.Deny.NOT_ALLOWED);
    assertThat(explanation.candidates())
        .extracting(candidate -> candidate.policyId() + ": " + candidate.failure())
        .containsExactly(
            "ns[foo]-policy[no-admin]-rule[0]: to[0].operation.paths [/admin] has not \"/x\"",
            "ns[foo]-policy[empty]: rules: the policy has no rules",
            "ns[foo]-policy[p]-rule[0]: to[0].operation.paths [/products*] has not \"/x\"",
            "ns[foo]-policy[p]-rule[1]: from[0].source.namespaces [bar] has not"
                + " \"spiffe://cluster.local/ns/foo/sa/a\"");
    assertThat(explanation.candidates().getFirst().origin())
        .hasToString("AuthorizationPolicy foo/no-admin");
  }

  @Test
  void aRuleThatMatchesHasNoFailure() {
    Explanation explanation = set(allow(Rule.EVERYTHING)).explain(Ask.get("/").facts());
    assertThat(explanation.candidates()).singleElement().matches(Explanation.Candidate::matched);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "request.headers[x]      | a | 'when[0] request.headers[x] values [a] has not \"b\","
            + " \"c\"'",
        "request.headers[y]      | a | 'when[0] request.headers[y] values [a] has not nothing'",
        "request.auth.claims[c]  | a | 'when[0] request.auth.claims[c] values [a] has not \"7\"'",
        "request.auth.principal  | a | 'when[0] request.auth.principal values [a] has not \"i/s\"'",
        "destination.port        | 9 | 'when[0] destination.port values [9] has not \"8000\"'",
        "source.ip               | ::1 | 'when[0] source.ip values [::1] has not \"10.244.1.10\"'",
        "connection.sni          | a | 'when[0] connection.sni values [a] has not nothing'",
        "no.such                 | a | 'rules[0]: when[0].key: there is no condition \"no.such\"'",
      })
  void saysWhatTheRequestHasInstead(String key, String value, String failure) {
    Ask ask =
        Ask.get("/")
            .header("x", "b")
            .header("x", "c")
            .claims(Map.of("iss", "i", "sub", "s", "c", 7));
    assertThat(set(allow(when(key, Values.of(value)))).explain(ask.facts()).candidates())
        .extracting(Explanation.Candidate::failure)
        .containsExactly(failure);
  }

  @Test
  void saysWhichNegativeFieldExcludes() {
    assertThat(
            set(allow(on(paths(Values.not("/a*"))))).explain(Ask.get("/ab").facts()).candidates())
        .extracting(Explanation.Candidate::failure)
        .containsExactly("to[0].operation.notPaths [/a*] excludes \"/ab\"");
  }

  @Test
  void saysWhyARuleCannotAllowTcp() {
    assertThat(set(allow(on(paths("/a")))).explain(Ask.tcp().facts()).candidates())
        .extracting(Explanation.Candidate::failure)
        .containsExactly("rules[0]: to[0].operation.paths is of HTTP alone");
  }

  @Test
  void dumpsTheRulesAsCompiled() {
    assertThat(
            set(
                    allow(Sample.rule(namespaces(Values.of("foo")), operation("GET", "/a"))),
                    Sample.dryRun(policy(Action.DENY, "d", Rule.EVERYTHING)))
                .dump())
        .containsExactly(
            "ALLOW ns[foo]-policy[p]-rule[0] from [from[0].source.namespaces [foo]] to"
                + " [to[0].operation.methods [GET], to[0].operation.paths [/a]]",
            "dry-run DENY ns[foo]-policy[d]-rule[0]");
  }

  @Test
  void theClosestRuleIsTheOneThatLacksLeast() {
    PolicySet set =
        set(
            allow(
                on(operation("POST", "/x")), on(operation("POST", "/y"), operation("GET", "/z"))));

    Explanation.Candidate closest = set.explain(Ask.get("/y").facts()).closest();
    assertThat(closest).isNotNull();
    assertThat(closest.policyId()).isEqualTo("ns[foo]-policy[p]-rule[1]");
    assertThat(closest.missing()).containsExactly("to[0].operation.methods [POST] has not \"GET\"");
  }

  @Test
  void aRequestThatIsAllowedOrDeniedByARuleHasNoClosestOne() {
    assertThat(set(allow(on(paths("/x")))).explain(Ask.get("/x").facts()).closest()).isNull();
    assertThat(set(deny(on(paths("/x")))).explain(Ask.get("/x").facts()).closest()).isNull();
    assertThat(set(allow()).explain(Ask.get("/x").facts()).closest()).isNotNull();
  }
}
