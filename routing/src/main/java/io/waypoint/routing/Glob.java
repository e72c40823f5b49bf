// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import java.util.List;

/** Literal text with anything between. */
final class Glob {
  private final List<String> literals;
  private final int[] gaps;

  /**
   * @param literals what must appear in this order, the first at the start and the last at the end
   * @param gaps the least number of characters between each two; no line feed is among them
   */
  Glob(List<String> literals, List<Integer> gaps) {
    this.literals = List.copyOf(literals);
    this.gaps = gaps.stream().mapToInt(Integer::intValue).toArray();
  }

  boolean matches(String text, int from, int to) {
    String first = literals.getFirst();
    if (!holds(text, first, from, to)) {
      return false;
    }
    int at = from + first.length();
    if (gaps.length == 0) {
      return at == to;
    }
    for (int i = 1; i < gaps.length; i++) {
      at = next(text, literals.get(i), at + gaps[i - 1], to);
      if (at < 0) {
        return false;
      }
    }
    String last = literals.getLast();
    int tail = to - last.length();
    return tail >= at + gaps[gaps.length - 1]
        && holds(text, last, tail, to)
        && text.indexOf('\n', from, to) < 0;
  }

  /** Where the first appearance ends, or -1: to take the earliest leaves most for the others. */
  private static int next(String text, String literal, int from, int to) {
    int at = from > to ? -1 : text.indexOf(literal, from, to);
    return at < 0 ? -1 : at + literal.length();
  }

  private static boolean holds(String text, String literal, int at, int to) {
    return literal.length() <= to - at && text.startsWith(literal, at);
  }
}
