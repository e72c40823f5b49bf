// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MatchTest {
  private static final PathMatch ROOT = new PathMatch.Prefix("/");
  private static final ValueMatch ONE = new ValueMatch.Exact("1");

  @ParameterizedTest
  @ValueSource(
      strings = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"})
  void acceptsTheMethodsOfTheApi(String method) {
    assertThat(new Match(ROOT, method, List.of(), List.of()).method()).isEqualTo(method);
  }

  @ParameterizedTest
  @ValueSource(strings = {"get", "", "PROPFIND", "GET "})
  void refusesOtherMethods(String method) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Match(ROOT, method, List.of(), List.of()));
  }

  @Test
  void keepsTheFirstOfEachName() {
    Match match =
        new Match(
            ROOT,
            null,
            List.of(header("a", "1"), header("A", "2"), header("b", "3")),
            List.of(query("a", "1"), query("A", "2"), query("a", "3")));
    assertThat(match.headers()).containsExactly(header("a", "1"), header("b", "3"));
    assertThat(match.query()).containsExactly(query("a", "1"), query("A", "2"));
  }

  @Test
  void refusesMoreConditionsThanTheApi() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Match(ROOT, null, Collections.nCopies(17, header("a", "1")), List.of()))
        .withMessage("17 header matches, the limit is 16");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Match(ROOT, null, List.of(), Collections.nCopies(17, query("a", "1"))))
        .withMessage("17 query matches, the limit is 16");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":authority", "a b", "a:", "é", "a\r\nb", "(a)"})
  void refusesWhatIsNoName(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> new HeaderMatch(name, ONE));
    assertThatIllegalArgumentException().isThrownBy(() -> new QueryMatch(name, ONE));
  }

  @Test
  void refusesEmptyAndLongValues() {
    assertThatIllegalArgumentException().isThrownBy(() -> header("a", ""));
    assertThatIllegalArgumentException().isThrownBy(() -> query("a", ""));
    assertThat(header("a", "x".repeat(4_096)).value().text()).hasSize(4_096);
    assertThatIllegalArgumentException().isThrownBy(() -> header("a", "x".repeat(4_097)));
    assertThat(query("a", "x".repeat(1_024)).value().text()).hasSize(1_024);
    assertThatIllegalArgumentException().isThrownBy(() -> query("a", "x".repeat(1_025)));
    assertThatIllegalArgumentException().isThrownBy(() -> query("a".repeat(257), "x"));
  }

  @Test
  void refusesBadPatternsOfValues() {
    assertThatIllegalArgumentException().isThrownBy(() -> new ValueMatch.Regex("("));
    assertThatIllegalArgumentException().isThrownBy(() -> new ValueMatch.Regex("((a{999}){999})"));
  }

  private static HeaderMatch header(String name, String value) {
    return new HeaderMatch(name, new ValueMatch.Exact(value));
  }

  private static QueryMatch query(String name, String value) {
    return new QueryMatch(name, new ValueMatch.Exact(value));
  }
}
