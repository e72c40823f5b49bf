// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is recognised without the engine means what the engine says it means. */
class RegexMatcherTest {
  private static final String[] PIECES = {
    "a",
    "b",
    "/",
    "ab",
    ".",
    ".*",
    ".+",
    "|",
    "\\.",
    "\\/",
    "\\\\",
    "\\w",
    "[ab]",
    "?",
    "*",
    "+",
    "{2}",
    "(",
    ")",
    "(?:",
    "^",
    "$",
    "(?i)",
    "(?s)",
    "\\Qa*\\E",
    "\\b",
    "-",
    ".*?",
    "\\$",
    "\\|",
  };
  private static final String[] TEXT = {
    "a", "b", "/", "ab", ".", "A", "\\", "\n", "*", "-", "\uD83D\uDE00", "$", "|",
  };

  @Test
  void agreesWithTheEngine() {
    long seed = Long.getLong("routing.seed", new SplittableRandom().nextLong());
    System.out.println("seed: -Drouting.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    int simple = 0;
    int positive = 0;
    int valid = 0;
    while (valid < 20_000) {
      String pattern = text(random, PIECES, 6);
      Pattern engine;
      try {
        engine = Pattern.compile(pattern);
      } catch (PatternSyntaxException e) {
        continue;
      }
      valid++;
      RegexMatcher matcher = RegexMatcher.compile(pattern);
      simple += matcher.simple().isEmpty() ? 0 : 1;
      for (int i = 0; i < 10; i++) {
        String text = text(random, TEXT, 5);
        boolean expected = engine.matches(text);
        positive += expected ? 1 : 0;
        String where = "seed " + seed + ", pattern " + pattern + ", text " + text;
        assertThat(matcher.matches(text)).as(() -> where).isEqualTo(expected);
        assertThat(matcher.matches("ab" + text + "ba", 2, 2 + text.length()))
            .as(() -> "part: " + where)
            .isEqualTo(expected);
      }
    }
    assertThat(simple).isBetween(2_000, 18_000);
    assertThat(positive).isGreaterThan(5_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".*",
        ".+",
        "/v1/.*",
        ".*\\.png",
        "/a/.+/b",
        "one|two|three",
        "(?:one|two)",
        "^/v1$",
        ".*Mobile.*",
        "jason",
        "a\\+b",
      })
  void usualPatternsNeedNoEngine(String pattern) {
    assertThat(RegexMatcher.compile(pattern).simple()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[ab]", "a?", "a*", "a{2}", "(?i)a", "\\d", "a.b", ".*.*", ".*?", "(a)|(b)", "a$|b", "é",
        "a\nb", "\\Qa\\E",
      })
  void othersAreLeftToTheEngine(String pattern) {
    assertThat(RegexMatcher.compile(pattern).simple()).isEmpty();
  }

  @Test
  void knowsTheTextThatEveryMatchBeginsWith() {
    assertThat(RegexMatcher.compile("/v1/[a-z]+").prefix()).isEqualTo("/v1/");
    assertThat(RegexMatcher.compile("^/a\\.b(c|d)").prefix()).isEmpty();
    assertThat(RegexMatcher.compile("^/a\\.b(c)").prefix()).isEqualTo("/a.b");
    assertThat(RegexMatcher.compile("/ab?").prefix()).isEqualTo("/a");
    assertThat(RegexMatcher.compile("/ab(?i)*").prefix()).isEqualTo("/a");
    assertThat(RegexMatcher.compile("/ab\\Q\\E*").prefix()).isEqualTo("/a");
    assertThat(RegexMatcher.compile("(?i)/ab").prefix()).isEmpty();
  }

  private static String text(SplittableRandom random, String[] words, int most) {
    StringBuilder text = new StringBuilder();
    int count = random.nextInt(most + 1);
    for (int i = 0; i < count; i++) {
      text.append(words[random.nextInt(words.length)]);
    }
    return text.toString();
  }
}
