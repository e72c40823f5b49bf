// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import com.google.re2j.Pattern;
import java.util.List;

/**
 * A pattern in RE2 syntax over the whole text.
 *
 * @param simple what it comes to when it is made of literal text, {@code .*}, {@code .+} and {@code
 *     |} alone, as most patterns in routes are; else empty
 * @param prefix literal text that every match begins with
 * @param engine for the rest; it allocates a few objects each time it is asked
 */
record RegexMatcher(List<Glob> simple, String prefix, Pattern engine) implements TextMatcher {
  static RegexMatcher compile(String pattern) {
    RegexReader reader = new RegexReader(pattern);
    return new RegexMatcher(reader.globs(), reader.prefix(), Pattern.compile(pattern));
  }

  @Override
  public boolean matches(String text, int from, int to) {
    if (!text.startsWith(prefix, from)) {
      return false;
    }
    if (simple.isEmpty()) {
      return engine.matches(text.substring(from, to));
    }
    for (int i = 0; i < simple.size(); i++) {
      if (simple.get(i).matches(text, from, to)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return "regex " + engine.pattern();
  }
}
