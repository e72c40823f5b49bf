// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

import java.util.List;
import java.util.Locale;

/**
 * Names of header fields, compared without regard to case: {@code name}, {@code prefix*} or {@code
 * *suffix}.
 */
public record FieldSet(List<String> patterns) {
  public static final FieldSet NONE = new FieldSet(List.of());

  public FieldSet {
    patterns = patterns.stream().map(pattern -> pattern.toLowerCase(Locale.ROOT)).toList();
  }

  /** Whether a pattern can be used: Istio refuses a star alone, and one in the middle. */
  public static boolean isPattern(String pattern) {
    int star = pattern.indexOf('*');
    boolean atAnEnd = star == 0 || star == pattern.length() - 1;
    return pattern.length() > 1 && (star < 0 || atAnEnd && star == pattern.lastIndexOf('*'))
        || pattern.length() == 1 && star < 0;
  }

  public boolean contains(String name) {
    for (int i = 0; i < patterns.size(); i++) {
      if (matches(patterns.get(i), name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(String pattern, String name) {
    int rest = pattern.length() - 1;
    if (pattern.charAt(rest) == '*') {
      return name.regionMatches(true, 0, pattern, 0, rest);
    }
    if (pattern.charAt(0) == '*') {
      return name.length() >= rest
          && name.regionMatches(true, name.length() - rest, pattern, 1, rest);
    }
    return name.equalsIgnoreCase(pattern);
  }
}
