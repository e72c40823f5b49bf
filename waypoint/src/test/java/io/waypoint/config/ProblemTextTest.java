// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemTextTest {
  private final Problems problems = new Problems();

  @Test
  void showsThePlaceTheCaretAndTheHint() {
    String yaml = "matches:\n- path:\n    pathPrefx: /v1\n";
    Doc path =
        Doc.read(Source.file("routes.yaml", yaml), problems)
            .getFirst()
            .field("matches")
            .list()
            .getFirst()
            .field("path");
    path.only("type", "value");
    assertThat(ProblemText.of(problems.sorted().getFirst()))
        .isEqualTo(
            """
            routes.yaml:3:5 error WP1004 unknown field "pathPrefx" in matches[0].path
                2 | - path:
                3 |     pathPrefx: /v1
                  |     ^^^^^^^^^ did you mean "type: PathPrefix" with "value: …"?\
            """);
  }

  @Test
  void keepsTheCaretBelowItsColumnWhenTheLineHasTabs() {
    Source source = Source.file("t.yaml", "a:\t\"x\"\n");
    var problem =
        new Problem(Severity.ERROR, Code.BAD_VALUE, "", new Position(source, 1, 4, 3), "m", null);
    assertThat(ProblemText.of(problem)).endsWith("    1 | a:\t\"x\"\n      |   \t^^^");
  }

  @Test
  void aTerminalNeverSeesControlCharactersOfAFile() {
    Source source = Source.file("e.yaml", "a: \u001b[31mred\u0007\n");
    var problem =
        new Problem(
            Severity.ERROR,
            Code.BAD_VALUE,
            "",
            new Position(source, 1, 1, 1),
            "\u001b]0;x",
            "\u009b");
    assertThat(ProblemText.of(problem)).doesNotContain("\u001b", "\u0007", "\u009b");
  }

  @Test
  void longLinesAreCut() {
    Source source = Source.file("l.yaml", "x".repeat(10_000));
    var problem =
        new Problem(
            Severity.ERROR, Code.BAD_VALUE, "", new Position(source, 1, 5000, 4000), "m", null);
    assertThat(ProblemText.of(problem).length()).isLessThan(1000);
  }

  @Test
  void annotationsForGithubHaveFileLineAndColumn() {
    Source source = Source.file("a,b.yaml", "x: y\n");
    var problem =
        new Problem(
            Severity.WARNING,
            Code.BAD_VALUE,
            "x",
            new Position(source, 1, 4, 1),
            "100%\nbad",
            "no");
    assertThat(ProblemText.github(problem))
        .isEqualTo("::warning file=a%2Cb.yaml,line=1,col=4,title=WP1006::100%25?bad (no)");
  }

  @Test
  void countsErrorsAndWarnings() {
    Position at = Position.whole(Source.file("a", ""));
    problems.error(Code.BAD_VALUE, "", at, "1", null);
    problems.warning(Code.BAD_VALUE, "", at, "2", null);
    problems.warning(Code.BAD_VALUE, "", at, "3", null);
    problems.info(Code.BAD_VALUE, "", at, "4");
    assertThat(ProblemText.count(problems.sorted())).isEqualTo("1 error, 2 warnings");
    assertThat(ProblemText.count(List.of())).isEmpty();
  }

  @Test
  void everyCodeHasItsOwnNumberAndAParagraph() {
    assertThat(Arrays.stream(Code.values()).map(Code::id)).doesNotHaveDuplicates();
    assertThat(Code.values())
        .allSatisfy(code -> {
          assertThat(code.id()).matches("WP[1-4]0\\d\\d");
          assertThat(code.paragraph()).hasSizeGreaterThan(30).endsWith(".");
        });
  }

  @Test
  void aFloodOfProblemsIsCutButItsFirstErrorIsKept() {
    Position at = Position.whole(Source.file("a", ""));
    for (int i = 0; i < 5000; i++) {
      problems.warning(Code.BAD_VALUE, "", at, "w" + i, null);
    }
    problems.error(Code.BAD_VALUE, "", at, "e", null);
    assertThat(problems.sorted()).hasSize(1001);
    assertThat(problems.hasErrors()).isTrue();
  }
}
