// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

/** What the value of a header or a query parameter must look like. */
public sealed interface ValueMatch {
  record Exact(String value) implements ValueMatch {}

  /** RE2 syntax over the whole value. */
  record Regex(String pattern) implements ValueMatch {
    public Regex {
      Syntax.regex(pattern);
    }
  }

  /** The text as written, whatever it means. */
  default String text() {
    return switch (this) {
      case Exact(String value) -> value;
      case Regex(String pattern) -> pattern;
    };
  }
}
