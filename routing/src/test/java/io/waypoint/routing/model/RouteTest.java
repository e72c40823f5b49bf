// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.model.FilterSpec.RequestHeaderModifier;
import io.waypoint.routing.model.FilterSpec.ResponseHeaderModifier;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {
  private static final Origin ORIGIN = new Origin("HTTPRoute", "default", "reviews", "a.yaml:3:1");
  private static final HeaderChange NOTHING = new HeaderChange(List.of(), List.of(), List.of());
  private static final Target KNOWN =
      new Target.Resolved(new EndpointSet("v1", "default", 80, false, List.of()));

  @Test
  void originNamesTheObjectAndItsPlace() {
    assertThat(ORIGIN).hasToString("HTTPRoute default/reviews (a.yaml:3:1)");
    assertThat(new Origin("HTTPRoute", "a", "b", null)).hasToString("HTTPRoute a/b");
  }

  @Test
  void whatIsNotWrittenHasTheDefaultsOfTheApi() {
    Route route = new Route(ORIGIN, List.of());
    assertThat(route.created()).isEqualTo(Route.UNDATED);
    assertThat(route.rules()).containsExactly(Rule.DEFAULT);
    assertThat(Rule.DEFAULT.matches()).containsExactly(Match.ANY);
    assertThat(Rule.DEFAULT.backends()).isEmpty();
    assertThat(Match.ANY.path()).isEqualTo(new PathMatch.Prefix("/"));
    assertThat(Backend.DEFAULT_WEIGHT).isEqualTo(1);
  }

  @Test
  void refusesMoreThanTheApiAllows() {
    assertThat(new Route(ORIGIN, Collections.nCopies(16, Rule.DEFAULT)).rules()).hasSize(16);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Route(ORIGIN, Collections.nCopies(17, Rule.DEFAULT)))
        .withMessage("17 rules, the limit is 16");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule(65, 0, 0))
        .withMessage("65 matches, the limit is 64");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule(1, 17, 0))
        .withMessage("17 backendRefs, the limit is 16");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule(1, 0, 17))
        .withMessage("17 filters, the limit is 16");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Route(ORIGIN, List.of(rule(64, 0, 0), rule(64, 0, 0), rule(1, 0, 0))))
        .withMessage("129 matches over all rules, the limit is 128");
  }

  @Test
  void ruleNamesAreUniqueInARoute() {
    new Route(ORIGIN, List.of(named(null), named(null), named("a")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Route(ORIGIN, List.of(named("a"), named("a"))))
        .withMessage("two rules are named \"a\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "-a", "a-", "a..b", "a_b", "a/b"})
  void refusesRuleNamesThatAreNoSectionNames(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> named(name));
  }

  @Test
  void aFilterOfAKindAppearsOnce() {
    FilterSpec request = new RequestHeaderModifier(NOTHING);
    FilterSpec response = new ResponseHeaderModifier(NOTHING);
    assertThat(new Rule(null, List.of(), List.of(request, response), List.of()).filters())
        .containsExactly(request, response);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Rule(null, List.of(), List.of(request, request), List.of()))
        .withMessage("RequestHeaderModifier may appear once in a list of filters");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backend("v1", "default", 80, 1, KNOWN, List.of(response, response)));
  }

  @Test
  void weightsAreWithinTheApi() {
    assertThat(backend(80, 0).weight()).isZero();
    assertThat(backend(80, 1_000_000).weight()).isEqualTo(1_000_000);
    assertThatIllegalArgumentException().isThrownBy(() -> backend(80, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> backend(80, 1_000_001));
  }

  @Test
  void onlyABrokenReferenceMayHaveNoPort() {
    assertThat(Backend.broken("v1", "default", 30, "no such service").port()).isZero();
    assertThatIllegalArgumentException().isThrownBy(() -> backend(0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> backend(65_536, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backend("v1", "default", -1, 1, new Target.Broken("x"), List.of()));
  }

  @Test
  void aBrokenRuleKeepsItsMatchesAndGoesNowhere() {
    Rule rule = Rule.broken("a", List.of(Match.ANY), "unknown filter");
    assertThat(rule.matches()).containsExactly(Match.ANY);
    assertThat(rule.backends().getFirst().target()).isEqualTo(new Target.Broken("unknown filter"));
  }

  private static Backend backend(int port, int weight) {
    return new Backend("v1", "default", port, weight, KNOWN, List.of());
  }

  private static Rule rule(int matches, int backends, int filters) {
    return new Rule(
        null,
        Collections.nCopies(matches, Match.ANY),
        Collections.nCopies(filters, new ResponseHeaderModifier(NOTHING)),
        Collections.nCopies(backends, Backend.broken("v1", "default", 1, "x")));
  }

  private static Rule named(@Nullable String name) {
    return new Rule(name, List.of(), List.of(), List.of());
  }
}
