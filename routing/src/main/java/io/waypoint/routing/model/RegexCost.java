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
        return escape(i + 1);
      }
      case '[' -> {
        item(1);
        return endOfClass(i + 1);
      }
      case '(' -> {
        int flags = endOfFlags(i);
        if (flags > i) {
          return flags;
        }
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

  /**
   * Multiplies what stands before by the larger of the two counts. What only looks like a
   * repetition is literal text: the braces and what is between count as well.
   */
  private int repetition(int open) {
    int count = 0;
    int most = 1;
    int i = open + 1;
    while (i < pattern.length() && "0123456789,".indexOf(pattern.charAt(i)) >= 0) {
      char c = pattern.charAt(i++);
      count = c == ',' ? 0 : Math.min(LARGEST, count * 10 + (c - '0'));
      most = Math.max(most, count);
    }
    last = last * most + (i + 1 - open);
    return i < pattern.length() && pattern.charAt(i) == '}' ? i + 1 : i;
  }

  /** An escape is one character, or quotes up to {@code \E}, or takes a name in braces. */
  private int escape(int from) {
    if (pattern.startsWith("Q", from)) {
      int end = pattern.indexOf("\\E", from);
      for (int i = from + 1; i < (end < 0 ? pattern.length() : end); i++) {
        item(1);
      }
      return end < 0 ? pattern.length() : end + 2;
    }
    item(1);
    boolean named =
        pattern.startsWith("p{", from)
            || pattern.startsWith("P{", from)
            || pattern.startsWith("x{", from);
    int close = named ? pattern.indexOf('}', from) : -1;
    return (close < 0 ? from : close) + 1;
  }

  /**
   * Behind {@code (?i)} and its like, or the opening parenthesis when it is no such thing. They
   * match nothing: what follows them may repeat what was before, as it does after an empty quote.
   */
  private int endOfFlags(int open) {
    int i = open + 2;
    while (pattern.startsWith("(?", open)
        && i < pattern.length()
        && (Character.isLetter(pattern.charAt(i)) || pattern.charAt(i) == '-')) {
      i++;
    }
    return i < pattern.length() && i > open + 2 && pattern.charAt(i) == ')' ? i + 1 : open;
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
