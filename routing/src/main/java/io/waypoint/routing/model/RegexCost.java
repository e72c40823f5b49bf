// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How large a pattern becomes when its counted repetitions are written out. The engine matches in
 * linear time, but its compiler writes out {@code ((a{1000}){1000}){1000}} first, and recurses into
 * groups; so this is asked before.
 */
final class RegexCost {
  static final int LARGEST = 5_000;
  static final int DEEPEST = 100;

  /** Sizes of the groups around the current position, without what stands at it. */
  private final Deque<Long> around = new ArrayDeque<>();

  private final String pattern;
  private long before;
  private long last;

  private RegexCost(String pattern) {
    this.pattern = pattern;
  }

  /** An upper bound; larger than {@link #LARGEST} also when groups are nested too deeply. */
  static long of(String pattern) {
    return new RegexCost(pattern).read();
  }

  private long read() {
    int i = 0;
    while (i < pattern.length() && around.size() <= DEEPEST && total() <= LARGEST) {
      i = step(i);
    }
    return around.size() > DEEPEST ? Long.MAX_VALUE : total();
  }

  private int step(int i) {
    switch (pattern.charAt(i)) {
      case '\\' -> {
        item(1);
        return endOfEscape(i + 1);
      }
      case '[' -> {
        item(1);
        return endOfClass(i + 1);
      }
      case '(' -> {
        around.push(before + last);
        before = 0;
        last = 0;
      }
      case ')' -> {
        long group = before + last + 2;
        before = around.isEmpty() ? 0 : around.pop();
        last = group;
      }
      case '{' -> {
        return repetition(i);
      }
      case '*', '+', '?' -> last++;
      default -> item(1);
    }
    return i + 1;
  }

  private void item(int size) {
    before += last;
    last = size;
  }

  private long total() {
    return before + last + around.stream().mapToLong(Long::longValue).sum();
  }

  /** Multiplies what stands before by the larger of the two counts. */
  private int repetition(int open) {
    int close = pattern.indexOf('}', open);
    int count = 0;
    int most = 1;
    for (int i = open + 1; i <= close; i++) {
      char c = pattern.charAt(i);
      if (c >= '0' && c <= '9' && count <= LARGEST) {
        count = count * 10 + (c - '0');
      } else {
        most = Math.max(most, count);
        count = 0;
      }
    }
    last = last * most + 1;
    return close < 0 ? open + 1 : close + 1;
  }

  /** An escape is one character, or quotes up to {@code \E}, or takes a name in braces. */
  private int endOfEscape(int from) {
    if (pattern.startsWith("Q", from)) {
      int end = pattern.indexOf("\\E", from);
      int quoted = (end < 0 ? pattern.length() : end) - from;
      before += quoted;
      return from + quoted + (end < 0 ? 0 : 2);
    }
    boolean named =
        pattern.startsWith("p{", from)
            || pattern.startsWith("P{", from)
            || pattern.startsWith("x{", from);
    int close = named ? pattern.indexOf('}', from) : -1;
    return (close < 0 ? from : close) + 1;
  }

  private int endOfClass(int from) {
    int i = from < pattern.length() && pattern.charAt(from) == '^' ? from + 1 : from;
    int first = i;
    while (i < pattern.length() && (pattern.charAt(i) != ']' || i == first)) {
      int named = pattern.startsWith("[:", i) ? pattern.indexOf(":]", i + 2) : -1;
      i = named >= 0 ? named + 2 : pattern.charAt(i) == '\\' ? i + 2 : i + 1;
    }
    return i + 1;
  }
}
