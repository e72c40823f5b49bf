// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

/** What a path must look like; the query is never part of it. */
public sealed interface PathMatch {
  /** Equal byte for byte: {@code /two/} is not {@code /two}. */
  record Exact(String value) implements PathMatch {
    public Exact {
      Syntax.path(value);
    }
  }

  /**
   * Begins with the same elements between slashes: {@code /abc} accepts {@code /abc}, {@code /abc/}
   * and {@code /abc/def}, but not {@code /abcd}.
   */
  record Prefix(String value) implements PathMatch {
    public Prefix {
      Syntax.path(value);
    }

    /** Without the trailing slash, which means nothing; empty for {@code /}. */
    public String trimmed() {
      return value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
    }
  }

  /** RE2 syntax over the whole path. */
  record Regex(String pattern) implements PathMatch {
    public Regex {
      Limits.length(1, 1024, pattern, "path value");
      Syntax.regex(pattern);
    }
  }
}
