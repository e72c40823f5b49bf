// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import static io.waypoint.rbac.Sample.on;
import static io.waypoint.rbac.Sample.paths;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.Authorizers.Kind;
import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Origin;
import io.waypoint.rbac.model.Rule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which external authorizers are asked (policies.md 1.40, 4.1 to 4.3). */
class CustomRulesTest {
  private static final Map<String, Kind> TWO = Map.of("opa", Kind.GRPC, "web", Kind.HTTP);

  private static AuthorizationPolicy custom(String provider, String name, Rule... rules) {
    return new AuthorizationPolicy(
        Origin.policy("foo", name), List.of(), Action.CUSTOM, List.of(rules), provider, false);
  }

  private static PolicySet set(
      Map<String, Kind> kinds, boolean several, AuthorizationPolicy... policies) {
    return PolicySet.compile(List.of(policies), MeshTrust.DEFAULT, new Authorizers(kinds, several));
  }

  @Test
  void anAuthorizerIsAskedOnceHoweverManyPoliciesNameIt() {
    PolicySet set =
        set(TWO, false, custom("opa", "a", Rule.EVERYTHING), custom("opa", "b", Rule.EVERYTHING));

    assertThat(set.consult(Ask.get("/").facts())).isEqualTo(new Consultation(List.of("opa"), null));
  }

  @Test
  void onlyWhatACustomRuleMatchesIsAskedAbout() {
    PolicySet set = set(TWO, false, custom("opa", "a", on(paths("/admin"))));

    assertThat(set.consult(Ask.get("/").facts())).isSameAs(Consultation.NONE);
    assertThat(set.check(Ask.get("/").facts()).allowed()).isTrue();
    assertThat(set.consult(Ask.get("/admin").facts()).authorizers()).containsExactly("opa");
  }

  @Test
  void whoeverCannotAskMustNotLetPass() {
    PolicySet set = set(TWO, false, custom("opa", "a", Rule.EVERYTHING));

    assertThat(set.check(Ask.get("/").facts()))
        .isEqualTo(
            new Verdict.Deny(
                "istio-ext-authz-opa-ns[foo]-policy[a]-rule[0]",
                Verdict.Reason.AUTHORIZER_UNAVAILABLE));
    assertThat(set.checkConsulted(Ask.get("/").facts()).allowed()).isTrue();
  }

  @Test
  void anUnknownAuthorizerDeniesWhatItsRulesMatchAndNothingElse() {
    PolicySet set = set(TWO, false, custom("nope", "a", on(paths("/admin"))));

    assertThat(set.consult(Ask.get("/admin").facts()))
        .isEqualTo(
            new Consultation(
                List.of(),
                new Verdict.Deny(
                    "istio-ext-authz-nope-ns[foo]-policy[a]-rule[0]-deny-due-to-bad-CUSTOM-action",
                    Verdict.Reason.AUTHORIZER_UNAVAILABLE)));
    assertThat(set.consult(Ask.get("/").facts())).isSameAs(Consultation.NONE);
  }

  @Test
  void severalAuthorizersDenyUnlessTheyMayBeAsked() {
    AuthorizationPolicy[] both = {
      custom("web", "b", Rule.EVERYTHING), custom("opa", "a", Rule.EVERYTHING)
    };

    assertThat(set(TWO, false, both).consult(Ask.get("/").facts()).authorizers()).isEmpty();
    assertThat(set(TWO, false, both).consult(Ask.get("/").facts()).refusal()).isNotNull();
    assertThat(set(TWO, true, both).consult(Ask.get("/").facts()))
        .isEqualTo(new Consultation(List.of("opa", "web"), null));
  }

  @Test
  void anUnknownOneAmongSeveralDeniesAfterThoseBeforeItWereAsked() {
    PolicySet set =
        set(
            TWO,
            true,
            custom("opa", "a", Rule.EVERYTHING),
            custom("pub", "b", Rule.EVERYTHING),
            custom("web", "c", Rule.EVERYTHING));

    Consultation consultation = set.consult(Ask.get("/").facts());
    assertThat(consultation.authorizers()).containsExactly("opa");
    assertThat(consultation.refusal()).isNotNull();
  }

  @Test
  void anAuthorizerOfHttpIsPassedOverOnTcpAndOneOfGrpcIsNot() {
    assertThat(set(TWO, false, custom("web", "a", Rule.EVERYTHING)).consult(Ask.tcp().facts()))
        .isSameAs(Consultation.NONE);
    assertThat(
            set(TWO, false, custom("opa", "a", Rule.EVERYTHING))
                .consult(Ask.tcp().facts())
                .authorizers())
        .containsExactly("opa");
  }

  @Test
  void aFailureOfTheEvaluationRefuses() {
    PolicySet set = set(TWO, false, custom("opa", "a", on(paths("/admin"))));
    assertThat(set.consult(InterceptedFacts.broken()).refusal()).isNotNull();
  }
}
