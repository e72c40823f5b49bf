// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import java.util.List;

/** What is the very same object was read from the same words, and need not be compared. */
final class Identity {
  private Identity() {}

  /** Whether both have the same objects in the same order. */
  static boolean isSame(List<?> one, List<?> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < one.size(); i++) {
      if (one.get(i) != other.get(i)) {
        return false;
      }
    }
    return true;
  }
}
