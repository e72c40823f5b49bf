// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import java.util.List;

/** YAML inside YAML: the key {@code mesh} of Istio's ConfigMap. */
final class Embedded {
  private Embedded() {}

  /**
   * Reads the text of a scalar. A block that begins with {@code |} keeps its lines, so positions
   * can be those of the file; the lines are shifted by writing the same indentation and line count
   * in front. Folded or quoted text has no such relation, and its problems point at the whole.
   */
  static List<Tree> read(Tree.Scalar scalar, String text, Problems problems) {
    Source file = scalar.position().source();
    if (!scalar.literal() || !file.hasLines()) {
      var inner = new Problems();
      List<Tree> trees = YamlReader.read(Source.file(file.name(), text), inner);
      for (Problem problem : inner.sorted()) {
        problems.error(problem.code(), "", scalar.position(), problem.message(), problem.hint());
      }
      return trees;
    }
    List<String> lines = file.lines();
    int first = scalar.position().line();
    int indent = first < lines.size() ? indent(lines, first, text) : 0;
    var shifted = new StringBuilder();
    shifted.append("\n".repeat(first));
    text.lines()
        .forEach(line ->
            shifted.append(line.isEmpty() ? "" : " ".repeat(indent)).append(line).append('\n'));
    return YamlReader.read(Source.file(file.name(), shifted.toString()), problems);
  }

  /** How far the block is indented in the file beyond what its text kept. */
  private static int indent(List<String> lines, int first, String text) {
    List<String> kept = text.lines().toList();
    for (int i = 0; i < kept.size() && first + i < lines.size(); i++) {
      if (!kept.get(i).isBlank()) {
        return Math.max(0, lines.get(first + i).length() - kept.get(i).length());
      }
    }
    return 0;
  }
}
