// SPDX-License-Identifier: Apache-2.0
package io.waypoint.conformance;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code docs/conformance.md}: each feature, whether it is supported, and by what that is shown.
 */
record Report(List<Cases.Case> cases, Set<String> failed) {
  String text() throws IOException {
    var text = new StringBuilder();
    int asks = cases.stream().mapToInt(test -> test.asks().size()).sum();
    text.append(
        """
        # Conformance to Gateway API

        Written by the test run (`ConformanceIT`): the cases of Gateway API's conformance suite, taken over into our own files with a Service
        as parent, through real tunnels. %d of %d tests pass (%d requests and splits). It is not the suite itself: no report was submitted.

        The columns on the right are what others have published (conformance reports in kubernetes-sigs/gateway-api up to August 2026: Istio 1.30.1,
        Linkerd 2.18, Cilium 1.20.0, agentgateway 1.3.1, which has no mesh report): `-` means that nothing was published.

        | feature | waypoint | evidence | Istio | Linkerd | Cilium | agentgateway |
        |---|---|---|---|---|---|---|
        """
            .formatted(cases.size() - failed.size(), cases.size(), asks));
    for (Map<String, Object> other : Cases.maps(Cases.load("others.yaml"))) {
      String feature = Cases.text(other, "feature");
      List<Cases.Case> evidence =
          cases.stream().filter(test -> test.features().contains(feature)).toList();
      boolean broken = evidence.stream().anyMatch(test -> failed.contains(test.test()));
      int requests = evidence.stream().mapToInt(test -> test.asks().size()).sum();
      String shown =
          evidence.size() == 1
              ? "`" + evidence.getFirst().test() + "`"
              : evidence.size() + " tests";
      text.append(
          "| %s | %s | %s, %d requests | %s | %s | %s | %s |\n"
              .formatted(
                  feature,
                  broken ? "no" : "yes",
                  shown,
                  requests,
                  Cases.text(other, "istio"),
                  Cases.text(other, "linkerd"),
                  Cases.text(other, "cilium"),
                  Cases.text(other, "agentgateway")));
    }
    text.append("\n## Tests\n\n| test | result | requests |\n|---|---|---|\n");
    for (Cases.Case test : cases) {
      text.append(
          "| %s | %s | %d |\n"
              .formatted(
                  test.test(),
                  failed.contains(test.test()) ? "fails" : "passes",
                  test.asks().size()));
    }
    text.append(
        """

        ## Shown by tests of our own

        | feature | waypoint | evidence | Istio | Linkerd | Cilium | agentgateway |
        |---|---|---|---|---|---|---|
        """);
    for (Map<String, Object> own : Cases.maps(Cases.load("our-own.yaml"))) {
      String tests = Cases.text(own, "tests");
      text.append(
          "| %s | yes | `%s`: %s | %s | %s | %s | %s |\n"
              .formatted(
                  Cases.text(own, "feature"),
                  tests.substring(tests.indexOf('.') + 1),
                  Cases.texts(own.get("methods")).stream()
                      .map(method -> "`" + method + "`")
                      .collect(Collectors.joining(", ")),
                  Cases.text(own, "istio"),
                  Cases.text(own, "linkerd"),
                  Cases.text(own, "cilium"),
                  Cases.text(own, "agentgateway")));
    }
    text.append("\n## Not applicable\n\n");
    for (Map<String, Object> entry : Cases.maps(Cases.load("not-applicable.yaml"))) {
      text.append("- ")
          .append(String.join(", ", Cases.texts(entry.get("tests"))))
          .append(": ")
          .append(Cases.text(entry, "why"))
          .append(".\n");
    }
    return text.toString();
  }
}
