// SPDX-License-Identifier: Apache-2.0
package io.waypoint.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.waypoint.config.Doc;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.discovery.translate.StatedPolicy;
import io.waypoint.rbac.IpAddress;
import io.waypoint.rbac.MeshTrust;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.StatedFacts;
import io.waypoint.rbac.Verdict;
import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Whatever text a file holds, reading it ends with policies or problems, and what was read can be
 * evaluated; a DENY policy in which an error was found denies something (policies.md 9.6, 9.10).
 */
class PolicyFuzzTest {
  private static final IpAddress CALLER = IpAddress.parse("10.244.1.10");

  /** What {@code .ci/fuzz} runs, guided by coverage; a build only replays the corpus. */
  public static void fuzzerTestOneInput(byte[] data) {
    new PolicyFuzzTest().anyTextIsReadOrRefused(data);
  }

  @FuzzTest(maxDuration = "10m")
  void anyTextIsReadOrRefused(byte[] data) {
    var problems = new Problems();
    String text = new String(data, StandardCharsets.UTF_8);
    for (Doc doc : Doc.read(Source.file("fuzz.yaml", text), problems)) {
      AuthorizationPolicy policy = StatedPolicy.read(doc);
      if (policy != null) {
        evaluate(policy);
      }
    }
    problems.sorted().forEach(problem -> assertThat(problem.toString()).isNotEmpty());
  }

  private static void evaluate(AuthorizationPolicy policy) {
    PolicySet set = PolicySet.compile(List.of(policy), MeshTrust.DEFAULT);
    for (StatedFacts facts : List.of(request("/"), request("/admin/x"), connection())) {
      Verdict verdict = set.check(facts);
      boolean failed =
          verdict instanceof Verdict.Deny(_, Verdict.Reason reason)
              && reason == Verdict.Reason.EVALUATION_FAILED;
      assertThat(failed).as("evaluation of %s", policy).isFalse();
      assertThat(set.explain(facts).verdict()).isEqualTo(verdict);
      if (policy.action() == Action.ALLOW && policy.rules().isEmpty() && !policy.dryRun()) {
        assertThat(verdict.allowed()).as("an ALLOW policy without rules").isFalse();
      }
    }
    assertThat(set.dump()).isNotEmpty();
  }

  private static StatedFacts request(String path) {
    return new StatedFacts(
        true,
        "spiffe://cluster.local/ns/foo/sa/a",
        CALLER,
        CALLER,
        CALLER,
        80,
        null,
        "httpbin",
        "GET",
        path,
        path,
        Map.of("x-a", List.of("1", "2")),
        Map.of("iss", "i", "sub", "s"));
  }

  private static StatedFacts connection() {
    return StatedFacts.ofConnection("spiffe://cluster.local/ns/foo/sa/a", CALLER, CALLER, 80, null);
  }
}
