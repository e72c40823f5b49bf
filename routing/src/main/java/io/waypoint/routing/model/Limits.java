// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import java.util.List;

/** The sizes that the API server would enforce. */
final class Limits {
  private Limits() {}

  static <T> List<T> atMost(int most, List<T> list, String what) {
    count(most, list.size(), what);
    return List.copyOf(list);
  }

  static void count(int most, int count, String what) {
    if (count > most) {
      throw new IllegalArgumentException(count + " " + what + ", the limit is " + most);
    }
  }

  static void length(int least, int most, String text, String what) {
    if (text.length() < least || text.length() > most) {
      throw new IllegalArgumentException(
          what + " has " + text.length() + " characters, not " + least + " to " + most);
    }
  }
}
