// SPDX-License-Identifier: Apache-2.0
package io.waypoint.expectation;

import io.waypoint.rbac.Shadow;
import io.waypoint.rbac.Verdict;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The outcome of dry-run policies in the words of a file: {@code denied:none}. */
final class DryRun {
  private DryRun() {}

  /** By action in lower case; actions without a dry-run policy are left out. */
  static Map<String, String> words(@Nullable Shadow shadow) {
    Map<String, String> words = new TreeMap<>();
    if (shadow != null) {
      put(words, "allow", shadow.allow());
      put(words, "custom", shadow.custom());
      put(words, "deny", shadow.deny());
    }
    return words;
  }

  private static void put(Map<String, String> words, String action, @Nullable Verdict verdict) {
    if (verdict != null) {
      String id = verdict.policyId() == null ? "none" : verdict.policyId();
      words.put(action, (verdict.allowed() ? "allowed:" : "denied:") + id);
    }
  }

  /** Where no rule decided, the id may be left out. */
  static boolean same(String expected, String found) {
    return expected.equals(found) || found.equals(expected + ":none");
  }
}
