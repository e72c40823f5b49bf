// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathMatchTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/a", "/a/", "/a/b.c", "/a%20b", "/-._~!$&'()*+,;=:@", "/...", "/.a", "/a.."})
  void acceptsPathsThatARequestCanHave(String value) {
    assertThat(new PathMatch.Exact(value).value()).isEqualTo(value);
    assertThat(new PathMatch.Prefix(value).value()).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "a", "a/b", "*", "//", "/a//b", "/./a", "/a/../b", "/a/.", "/a/..", "/.", "/..",
        "/a%2fb", "/a%2Fb", "/a#b", "/a?b", "/a b", "/a\\b", "/a%", "/a%zz", "/é", "/a\n", "/[a]",
      })
  void refusesPathsThatNoCanonicalRequestHas(String value) {
    assertThatIllegalArgumentException().isThrownBy(() -> new PathMatch.Exact(value));
    assertThatIllegalArgumentException().isThrownBy(() -> new PathMatch.Prefix(value));
  }

  @Test
  void refusesLongPaths() {
    assertThat(new PathMatch.Exact("/" + "a".repeat(1_023)).value()).hasSize(1_024);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PathMatch.Exact("/" + "a".repeat(1_024)))
        .withMessage("path value has 1025 characters, not 1 to 1024");
  }

  @Test
  void trailingSlashOfAPrefixMeansNothing() {
    assertThat(new PathMatch.Prefix("/a/").trimmed()).isEqualTo("/a");
    assertThat(new PathMatch.Prefix("/a").trimmed()).isEqualTo("/a");
    assertThat(new PathMatch.Prefix("/").trimmed()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v[0-9]+",
        ".*",
        "(?i)/a",
        "a{1000}",
        "(a{20}){20}",
        "\\Q{\\E",
        "[]]",
        "[^]]",
        "\\x{10FFFF}",
        "\\p{Greek}",
        "[[:alpha:]]+",
        "a{2,}",
        "x{,5}",
        "(?P<n>a)|\\d{3}",
      })
  void acceptsPatterns(String pattern) {
    assertThat(new PathMatch.Regex(pattern).pattern()).isEqualTo(pattern);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "(", "a**", "[a", "a{1001}", "(?=a)", "\\", "(a)\\1", "(?<!a)"})
  void refusesWhatTheEngineCannotRead(String pattern) {
    assertThatIllegalArgumentException().isThrownBy(() -> new PathMatch.Regex(pattern));
  }

  /** Each of these would take the engine's compiler minutes, memory or its stack. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(((a{1000}){1000}){1000}){1000}",
        "((a{99}){99}){99}",
        "(?:[a-z]{500}){500}",
        "(?:\\p{Greek}{500}){500}",
        "(?:[]]{500}){500}",
        "(?:[^]]{500}){500}",
        "(?:[\\]]{500}){500}",
        "(?:[[:alpha:]]{500}){500}",
        "\\Q[\\E((a{1000}){1000})]",
        "\\Q(\\E((a{1000}){1000})",
        "\\\\Q((a{1000}){1000})\\\\E",
        "((a{2,1000}){1000,})",
        "a{999}\\Q\\E{999}",
        "a{999}(?i){999}",
        "a{999}(?s-i)\\Q\\E(?i){999}",
        ")((a{1000}){1000}",
      })
  void refusesPatternsThatExplode(String pattern) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PathMatch.Regex(pattern))
        .withMessageContaining("repeats or nests too much");
  }

  @Test
  void refusesDeepNesting() {
    String nested = "(".repeat(200) + "a" + ")".repeat(200);
    assertThatIllegalArgumentException().isThrownBy(() -> new PathMatch.Regex(nested));
    new PathMatch.Regex("(".repeat(90) + "a" + ")".repeat(90));
  }

  @Test
  void refusesLongPatterns() {
    new PathMatch.Regex("a".repeat(1_024));
    assertThatIllegalArgumentException().isThrownBy(() -> new PathMatch.Regex("a".repeat(1_025)));
  }
}
