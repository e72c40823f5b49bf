// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostileYamlTest {
  private final Problems problems = new Problems();

  @Test
  void aliasesThatExpandToMillionsOfNodesAreRefusedAtOnce() {
    var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 30; i++) {
      String alias = "*a" + (i - 1);
      bomb.append(
          "a%d: &a%d [%s]\n"
              .formatted(
                  i,
                  i,
                  String.join(
                      ", ", List.of(alias, alias, alias, alias, alias, alias, alias, alias))));
    }
    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> read(bomb.toString()));
    assertThat(only().code()).isEqualTo(Code.TOO_LARGE);
  }

  @Test
  void bracketsWithoutEndAreRefusedWithoutStackOverflow() {
    read("[".repeat(100_000));
    assertThat(only()).hasToString("h.yaml:1:65 error WP1008 nested deeper than 64 levels");
  }

  @Test
  void nestingByIndentationIsRefusedToo() {
    var deep = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      deep.append(" ".repeat(i)).append("a:\n");
    }
    read(deep.toString());
    assertThat(only().code()).isEqualTo(Code.TOO_LARGE);
  }

  @Test
  void nestingThroughAliasesIsRefusedToo() {
    var deep = new StringBuilder("a0: &a0 {x: y}\n");
    for (int i = 1; i < 100; i++) {
      deep.append("a%d: &a%d {x: *a%d}\n".formatted(i, i, i - 1));
    }
    read(deep.toString());
    assertThat(only().code()).isEqualTo(Code.TOO_LARGE);
  }

  @Test
  void anAliasInsideItselfIsRefused() {
    read("a: &a [*a]\n");
    assertThat(only()).hasToString("h.yaml:1:8 error WP1001 alias *a contains itself");
  }

  @Test
  void tooManyNodesAndTooLongTextsAreRefused() {
    read("- x\n".repeat(TreeBuilder.MOST_NODES + 1));
    assertThat(only().code()).isEqualTo(Code.TOO_LARGE);
    var other = new Problems();
    Doc.read(Source.file("h.yaml", "#".repeat(YamlReader.LARGEST_TEXT + 1)), other);
    assertThat(other.sorted().getFirst().code()).isEqualTo(Code.TOO_LARGE);
  }

  @Test
  void aliasesAndMergesWithinBoundsAreRead() {
    List<Doc> docs = read("base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\nlist: [*b]\n");
    Doc use = docs.getFirst().field("use");
    assertThat(use.field("x").integer(0, 9, 0)).isEqualTo(1);
    assertThat(use.field("y").integer(0, 9, 0)).isEqualTo(3);
    assertThat(problems.sorted()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a: 1\\na: 2            | h.yaml:2:1 | WP1002
          a: 1\\n\\tb: 2         | h.yaml:2:1 | WP1001
          a: b: c                | h.yaml:1:5 | WP1001
          a: [1, 2               | h.yaml:1:9 | WP1001
          a: *nobody             | h.yaml:1:4 | WP1001
          ? [x]\\n: y            | h.yaml:1:3 | WP1001
          a: \\u0007             | h.yaml:1:4 | WP1001
          a: "x                  | h.yaml:1:6 | WP1001
          """)
  void brokenTextNamesLineAndColumn(String text, String position, String code) {
    read(text.replace("\\n", "\n").replace("\\t", "\t").replace("\\u0007", "\u0007"));
    assertThat(problems.sorted()).isNotEmpty();
    assertThat(problems.sorted().getFirst().position()).hasToString(position);
    assertThat(problems.sorted().getFirst().code().id()).isEqualTo(code);
  }

  @Test
  void tabsGetAHint() {
    read("a:\n\t- b\n");
    assertThat(only().hint()).isEqualTo("YAML is indented with spaces");
  }

  /** Whatever stands in a file, reading it ends and throws nothing. */
  @Test
  void randomTextIsReadOrRefused() {
    long seed = 20_260_801;
    var random = new Random(seed);
    String alphabet = "ab:- \n[]{},&*!|>'\"#?%@`<=\t~0\u00e9\u0000";
    for (int i = 0; i < 3_000; i++) {
      var text = new StringBuilder();
      int length = random.nextInt(60);
      for (int j = 0; j < length; j++) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      var found = new Problems();
      List<Doc> docs = Doc.read(Source.file("r.yaml", text.toString()), found);
      assertThat(docs).as("seed %d, text %d", seed, i).isNotNull();
      found.sorted().forEach(problem -> assertThat(ProblemText.of(problem)).isNotEmpty());
    }
  }

  private Problem only() {
    assertThat(problems.sorted()).hasSize(1);
    return problems.sorted().getFirst();
  }

  private List<Doc> read(String yaml) {
    return Doc.read(Source.file("h.yaml", yaml), problems);
  }
}
