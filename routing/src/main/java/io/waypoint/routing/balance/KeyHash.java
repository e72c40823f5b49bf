// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import org.jspecify.annotations.Nullable;

/** Keys of consistent hashing as numbers; allocates nothing. */
public final class KeyHash {
  /** The request has no such key. */
  public static final long ABSENT = 0;

  private KeyHash() {}

  public static long of(@Nullable String text) {
    return text == null ? ABSENT : XxHash64.hash(text, 0);
  }

  /**
   * Of a cookie's value; the first of its name counts.
   *
   * @param list the field {@code cookie}, for example {@code a=1; b=2}
   */
  public static long ofCookie(@Nullable String list, String name) {
    return find(list, name, ';');
  }

  /**
   * Of a parameter's value as it is written; the first of its name counts.
   *
   * @param query without {@code ?}, for example {@code a=1&b=2}
   */
  public static long ofParameter(@Nullable String query, String name) {
    return find(query, name, '&');
  }

  private static long find(@Nullable String list, String name, char separator) {
    int from = 0;
    while (list != null && from <= list.length()) {
      int end = list.indexOf(separator, from);
      end = end < 0 ? list.length() : end;
      while (from < end && list.charAt(from) == ' ') {
        from++;
      }
      int equals = from + name.length();
      if (list.startsWith(name, from) && equals + 1 < end && list.charAt(equals) == '=') {
        return XxHash64.hash(list, equals + 1, end, 0);
      }
      from = end + 1;
    }
    return ABSENT;
  }
}
