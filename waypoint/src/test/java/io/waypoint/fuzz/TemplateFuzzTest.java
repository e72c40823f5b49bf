// SPDX-License-Identifier: Apache-2.0
package io.waypoint.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.waypoint.rbac.MeshTrust;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.StatedFacts;
import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Operation;
import io.waypoint.rbac.model.Origin;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.Values;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A path template matches what a search by trial says, and one that cannot be enforced denies
 * (policies.md 1E). Up to the first line feed stands the template, behind it the path.
 */
class TemplateFuzzTest {
  private static final String PCHAR = "-._~%!$&'()*+,;=:@";

  /** What {@code .ci/fuzz} runs, guided by coverage; a build only replays the corpus. */
  public static void fuzzerTestOneInput(byte[] data) {
    new TemplateFuzzTest().aTemplateMatchesWhatASearchByTrialSays(data);
  }

  @FuzzTest(maxDuration = "10m")
  void aTemplateMatchesWhatASearchByTrialSays(byte[] data) {
    String text = new String(data, StandardCharsets.ISO_8859_1);
    int end = text.indexOf('\n');
    if (end < 1 || text.length() > 300) {
      return;
    }
    String template = text.substring(0, end);
    String path = "/" + text.substring(end + 1);
    if (!template.contains("{*}") && !template.contains("{**}")) {
      return;
    }
    boolean denied = !set(template).check(facts(path)).allowed();
    assertThat(denied).isEqualTo(!isSound(template) || matches(template, 0, path, 0));
  }

  /** A DENY rule: a template that cannot be enforced must deny everything. */
  private static PolicySet set(String template) {
    var operation = new Operation(Values.NONE, Values.NONE, Values.NONE, Values.of(template));
    return PolicySet.compile(
        List.of(
            new AuthorizationPolicy(
                Origin.policy("foo", "p"),
                List.of(),
                Action.DENY,
                List.of(new Rule(List.of(), List.of(operation), List.of())),
                "",
                false)),
        MeshTrust.DEFAULT);
  }

  private static StatedFacts facts(String path) {
    return new StatedFacts(
        true, null, null, null, null, 80, null, "h", "GET", path, path, Map.of(), null);
  }

  private static boolean isSound(String template) {
    boolean open = false;
    if (!template.startsWith("/")) {
      return false;
    }
    for (String segment : template.substring(1).split("/", -1)) {
      boolean one = segment.equals("{*}") || segment.equals("*");
      boolean all = segment.equals("{**}") || segment.equals("**");
      if (open && (one || all)) {
        return false;
      }
      open |= all;
      if (!one && !all && !segment.chars().allMatch(TemplateFuzzTest::isPchar)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPchar(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || PCHAR.indexOf(c) >= 0;
  }

  /** Tries every length for an operator. */
  private static boolean matches(String template, int t, String path, int p) {
    if (t == template.length()) {
      return p == path.length();
    }
    String operator = operator(template, t);
    if (operator.isEmpty()) {
      return p < path.length()
          && path.charAt(p) == template.charAt(t)
          && matches(template, t + 1, path, p + 1);
    }
    boolean all = operator.contains("**");
    for (int end = all ? p : p + 1; end <= path.length(); end++) {
      if (!all && path.charAt(end - 1) == '/') {
        return false;
      }
      if (matches(template, t + operator.length(), path, end)) {
        return true;
      }
    }
    return false;
  }

  /** The operator that is the whole segment beginning here; empty when there is none. */
  private static String operator(String template, int t) {
    if (t == 0 || template.charAt(t - 1) != '/') {
      return "";
    }
    int slash = template.indexOf('/', t);
    String segment = template.substring(t, slash < 0 ? template.length() : slash);
    return List.of("{*}", "{**}", "*", "**").contains(segment) ? segment : "";
  }
}
