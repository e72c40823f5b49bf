// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import io.waypoint.routing.model.ValueMatch;

/** Whether a piece of text is what a match wants, in the cheapest way that can tell. */
sealed interface TextMatcher permits TextMatcher.Equal, RegexMatcher {
  /** Whether the characters from {@code from} up to {@code to} are as wanted. */
  boolean matches(String text, int from, int to);

  default boolean matches(String text) {
    return matches(text, 0, text.length());
  }

  static TextMatcher of(ValueMatch match) {
    return switch (match) {
      case ValueMatch.Exact(String value) -> new Equal(value);
      case ValueMatch.Regex(String pattern) -> regex(pattern);
    };
  }

  static TextMatcher regex(String pattern) {
    return RegexMatcher.compile(pattern);
  }

  record Equal(String value) implements TextMatcher {
    @Override
    public boolean matches(String text, int from, int to) {
      return value.length() == to - from && text.startsWith(value, from);
    }

    @Override
    public String toString() {
      return value;
    }
  }
}
