// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The bound is checked against what the engine makes of the same patterns. */
class RegexCostTest {
  private static final String[] PIECES = {
    "a",
    "bc",
    ".",
    "[ab]",
    "[^]x]",
    "[]{9}]",
    "[[:alpha:]{8}]",
    "[\\]{7}]",
    "\\d",
    "\\Q({9}\\E",
    "\\Q[\\E",
    "\\p{Greek}",
    "\\x{61}",
    "\\[",
    "\\{",
    "(",
    "(?:",
    "(?i)",
    "(?P<n>",
    ")",
    ")",
    "|",
    "*",
    "+",
    "?",
    "{2}",
    "{3,}",
    "{0,7}",
    "{12}",
    "{,5}",
    "{",
    "}",
    "^",
    "$",
    "\\Q\\E",
  };

  @Test
  void neverSaysLessThanTheEngineNeeds() {
    long seed = Long.getLong("routing.seed", new SplittableRandom().nextLong());
    System.out.println("seed: -Drouting.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    int valid = 0;
    while (valid < 5_000) {
      StringBuilder pattern = new StringBuilder();
      int count = 1 + random.nextInt(9);
      for (int i = 0; i < count; i++) {
        pattern.append(PIECES[random.nextInt(PIECES.length)]);
      }
      long cost = RegexCost.of(pattern.toString());
      if (cost > RegexCost.LARGEST) {
        continue;
      }
      try {
        int size = Pattern.compile(pattern.toString()).programSize();
        assertThat((long) size)
            .as(() -> "seed " + seed + ", pattern " + pattern)
            .isLessThanOrEqualTo(2 * cost + 3);
        valid++;
      } catch (PatternSyntaxException e) {
        assertThat(e).hasMessageContaining("error parsing");
      }
    }
  }
}
