// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Problems as people and machines read them. */
public final class ProblemText {
  private static final int WIDEST = 160;

  private ProblemText() {}

  /**
   * One line, then the place with the line before it, a caret and the hint:
   *
   * <pre>
   * routes.yaml:18:11 error WP1004 unknown field "pathPrefx" in spec.rules[0].matches[0].path
   *    17 |       - path:
   *    18 |           pathPrefx: /v1
   *       |           ^^^^^^^^^ did you mean "type: PathPrefix" with "value: …"?
   * </pre>
   */
  public static String of(Problem problem) {
    var text = new StringBuilder(clean(problem.toString()));
    Position at = problem.position();
    List<String> lines = at.source().hasLines() ? at.source().lines() : List.of();
    if (at.line() < 1 || at.line() > lines.size()) {
      return problem.hint() == null ? text.toString() : text + " (" + clean(problem.hint()) + ")";
    }
    if (at.line() > 1) {
      excerpt(text, at.line() - 1, lines.get(at.line() - 2));
    }
    String line = lines.get(at.line() - 1);
    excerpt(text, at.line(), line);
    text.append("\n      | ").append(margin(line, at.column()));
    text.append("^".repeat(Math.clamp(at.length(), 1, WIDEST)));
    if (problem.hint() != null) {
      text.append(' ').append(clean(problem.hint()));
    }
    return text.toString();
  }

  /** An annotation that GitHub shows beside the line. */
  public static String github(Problem problem) {
    String level =
        switch (problem.severity()) {
          case ERROR -> "error";
          case WARNING -> "warning";
          case INFO -> "notice";
        };
    Position at = problem.position();
    String hint = problem.hint() == null ? "" : " (" + problem.hint() + ")";
    return "::%s file=%s,line=%d,col=%d,title=%s::%s"
        .formatted(
            level,
            property(at.source().name()),
            Math.max(1, at.line()),
            Math.max(1, at.column()),
            problem.code().id(),
            clean(problem.message() + hint).replace("%", "%25"));
  }

  /** For example {@code 1 error, 2 warnings}; empty when there are none. */
  public static String count(List<Problem> problems) {
    List<String> parts = new ArrayList<>();
    for (Severity severity : Severity.values()) {
      long n = problems.stream().filter(p -> p.severity() == severity).count();
      if (n > 0 && severity != Severity.INFO) {
        parts.add(n + " " + severity + (n == 1 ? "" : "s"));
      }
    }
    return String.join(", ", parts);
  }

  private static void excerpt(StringBuilder text, int number, String line) {
    String shown = line.length() > WIDEST ? line.substring(0, WIDEST) + "…" : line;
    text.append("\n%5d | %s".formatted(number, clean(shown)));
  }

  /** What stands before a column, so that the caret keeps below it where the line has tabs. */
  private static String margin(String line, int column) {
    return line.chars()
        .limit(Math.min(column - 1, WIDEST))
        .mapToObj(c -> c == '\t' ? "\t" : " ")
        .collect(Collectors.joining());
  }

  /** A terminal must not obey what stands in a file. */
  private static String clean(String text) {
    return text.codePoints()
        .map(c -> c != '\t' && Character.isISOControl(c) ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static String property(String text) {
    return clean(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C");
  }
}
