// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.config.Code;
import io.waypoint.config.Position;
import io.waypoint.config.Problem;
import io.waypoint.config.Severity;
import io.waypoint.config.Source;
import io.waypoint.discovery.verdict.RouteFacts.Standing;
import io.waypoint.world.Binding;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of reasons that the Gateway API prescribes. */
class RouteVerdictTest {
  private static final Position HERE = Position.whole(Source.object("HTTPRoute", "s", "r", ""));

  private static Problem problem(Severity severity, Code code, String path) {
    return new Problem(severity, code, path, HERE, code + " at " + path, null);
  }

  private static Problem warning(Code code, String path) {
    return problem(Severity.WARNING, code, path);
  }

  private static Problem error(Code code, String path) {
    return problem(Severity.ERROR, code, path);
  }

  private static RouteFacts facts(int rules, boolean held, Problem... problems) {
    return new RouteFacts(
        "HTTPRoute", "s", "r", "f:1:1", rules, held, List.of(), List.of(problems), "shop/waypoint");
  }

  static List<Arguments> table() {
    return List.of(
        row(
            Standing.SERVED,
            facts(1, false),
            "Accepted=True/Accepted",
            "ResolvedRefs=True/ResolvedRefs",
            "ResolvedWaypoints=True/ResolvedWaypoints",
            "Programmed=True/Programmed"),
        row(
            Standing.NO_SUCH_SERVICE,
            facts(1, false),
            "Accepted=False/NoMatchingParent",
            "ResolvedWaypoints=False/NoMatchingParent",
            "Programmed=False/Invalid"),
        row(Standing.NO_SUCH_PORT, facts(1, false), "Accepted=False/NoMatchingParent"),
        row(
            Standing.CONFLICTED,
            facts(1, false, warning(Code.ROUTE_CONFLICT, "spec.parentRefs[0]")),
            "Accepted=False/Conflicted",
            "Programmed=False/Invalid"),
        row(Standing.GATEWAY, facts(1, false), "Accepted=False/NotAllowedByListeners"),
        row(
            Standing.SERVED,
            facts(1, false, warning(Code.BACKEND_NOT_FOUND, "spec.rules[0].backendRefs[0].name")),
            "Accepted=True/Accepted",
            "ResolvedRefs=False/BackendNotFound"),
        row(
            Standing.SERVED,
            facts(1, false, warning(Code.BACKEND_UNSUPPORTED, "spec.rules[0].backendRefs[0]")),
            "Accepted=True/Accepted",
            "ResolvedRefs=False/InvalidKind"),
        row(
            Standing.SERVED,
            facts(2, false, warning(Code.RULE_BROKEN, "spec.rules[1].filters[0]")),
            "Accepted=True/Accepted",
            "PartiallyInvalid=True/UnsupportedValue"),
        row(
            Standing.SERVED,
            facts(1, false, warning(Code.RULE_BROKEN, "spec.rules[0].filters[0]")),
            "Accepted=False/UnsupportedValue",
            "!PartiallyInvalid"),
        row(
            Standing.SERVED,
            facts(1, false, warning(Code.RULE_BROKEN, "spec.rules[0].backendRefs[0].filters[0]")),
            "Accepted=True/Accepted",
            "!PartiallyInvalid"),
        row(
            Standing.SERVED,
            facts(1, false, error(Code.UNKNOWN_FIELD, "spec.rulez")),
            "Accepted=False/UnsupportedValue",
            "Programmed=False/Invalid"),
        row(
            Standing.SERVED,
            facts(1, false, error(Code.CONTRADICTION, "spec.rules[0].filters")),
            "Accepted=False/IncompatibleFilters"),
        row(
            Standing.SERVED,
            facts(1, true, error(Code.UNKNOWN_FIELD, "spec.rulez")),
            "Accepted=True/Accepted",
            "PartiallyInvalid=True/UnsupportedValue",
            "Programmed=True/Programmed"));
  }

  private static Arguments row(Standing standing, RouteFacts facts, String... wanted) {
    return Arguments.of(standing, facts, Arrays.asList(wanted));
  }

  @ParameterizedTest
  @MethodSource("table")
  void deserves(Standing standing, RouteFacts facts, List<String> wanted) {
    var parent =
        new RouteFacts.Parent(
            Map.of("name", "cart"), "shop", "Service shop/cart", standing, Binding.OURS);

    List<Condition> conditions = RouteVerdict.of(facts, parent);

    List<String> said =
        conditions.stream().map(c -> c.type() + "=" + c.status() + "/" + c.reason()).toList();
    List<String> types = conditions.stream().map(Condition::type).toList();
    for (String want : wanted) {
      if (want.startsWith("!")) {
        assertThat(types).doesNotContain(want.substring(1));
      } else {
        assertThat(said).contains(want);
      }
    }
    assertThat(types).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(8);
    assertThat(conditions).noneMatch(c -> c.message().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("words")
  void messageBeginsAsTheApiSays(boolean held, Problem problem, String beginning) {
    var parent =
        new RouteFacts.Parent(Map.of(), "shop", "Service shop/cart", Standing.SERVED, Binding.OURS);

    assertThat(RouteVerdict.of(facts(2, held, problem), parent))
        .filteredOn(condition -> condition.type().equals(Condition.PARTIALLY_INVALID))
        .singleElement()
        .satisfies(condition -> assertThat(condition.message()).startsWith(beginning));
  }

  static List<Arguments> words() {
    return List.of(
        Arguments.of(
            false, warning(Code.RULE_BROKEN, "spec.rules[1].filters[0]"), "Dropped Rule 1"),
        Arguments.of(true, error(Code.BAD_VALUE, "spec"), "Fall Back"));
  }
}
