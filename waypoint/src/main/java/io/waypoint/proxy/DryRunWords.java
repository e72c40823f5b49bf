// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.rbac.Shadow;
import io.waypoint.rbac.Verdict;
import org.jspecify.annotations.Nullable;

/** The outcome of dry-run policies for the access log: {@code allow:denied:none}. */
final class DryRunWords {
  private DryRunWords() {}

  static String of(Shadow shadow) {
    var words = new StringBuilder();
    append(words, "custom", shadow.custom());
    append(words, "deny", shadow.deny());
    append(words, "allow", shadow.allow());
    return words.toString();
  }

  private static void append(StringBuilder words, String action, @Nullable Verdict verdict) {
    if (verdict != null) {
      words.append(words.isEmpty() ? "" : " ").append(action);
      words.append(verdict.allowed() ? ":allowed:" : ":denied:");
      words.append(verdict.policyId() == null ? "none" : verdict.policyId());
    }
  }
}
