// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.config.Problem;
import io.waypoint.config.ProblemText;
import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.discovery.file.Validation;
import io.waypoint.expectation.Expectations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "check",
    description =
        "Runs expectations of policies: sets of policies, requests, and how each is judged.",
    footer = {
      "",
      "A file is a list of sets:",
      "  - name: only-get",
      "    policies: [ {apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, …} ]",
      "    context: {service: {name: reviews, namespace: default}}",
      "    requests:",
      "    - {name: deletes, protocol: http, principal: spiffe://cluster.local/ns/a/sa/b,",
      "       method: DELETE, path: /, host: reviews, expect: deny, expectStatus: 403}",
      "docs/authorization-checks.md tells every field.",
      "",
      "Examples:",
      "  waypoint authz check policies/expectations.yaml",
      "  waypoint authz check -o json --junit target/authz.xml policies/",
      "",
      "Exit code 1 when a request is judged otherwise than expected, 78 when a file is not usable."
    })
final class AuthzCheckCommand implements Callable<Integer> {
  /** How the outcome is told. */
  enum Format {
    text,
    json
  }

  private final Terminal terminal;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "YAML files or folders of them.")
  private List<Path> files = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: text)")
  private Format format = Format.text;

  @Option(names = "--junit", paramLabel = "FILE", description = "Also write a JUnit report there.")
  private @Nullable Path junit;

  AuthzCheckCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Home.requireReadable(files);
    var problems = new Problems();
    List<Source> sources = Validation.sources(files, problems);
    Expectations expectations = Expectations.read(sources, problems.sorted());
    if (!expectations.isUsable()) {
      return unusable(expectations);
    }
    if (expectations.sets().isEmpty()) {
      throw new Outcome(
          ExitCode.CONFIG, "nothing is expected in " + files, "name YAML files that list sets");
    }
    List<Expectations.Outcome> outcomes = expectations.run();
    switch (format) {
      case text -> {
        warn(expectations.problems());
        terminal.out().print(AuthzText.of(expectations, outcomes));
        terminal.out().flush();
      }
      case json -> terminal.out().println(AuthzJson.of(expectations, outcomes));
    }
    if (junit != null) {
      write(junit, AuthzJunit.of(outcomes));
    }
    boolean asExpected = outcomes.stream().allMatch(Expectations.Outcome::isAsExpected);
    return asExpected ? ExitCode.OK : ExitCode.PROBLEMS;
  }

  private int unusable(Expectations expectations) {
    if (format == Format.json) {
      terminal.out().println(AuthzJson.of(expectations, List.of()));
    }
    warn(expectations.problems());
    terminal.err().println(ProblemText.count(expectations.problems()) + "; nothing was checked");
    return ExitCode.CONFIG;
  }

  private void warn(List<Problem> problems) {
    problems.forEach(problem -> terminal.err().println(ProblemText.of(problem)));
  }

  private static void write(Path file, String text) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new Outcome(
          ExitCode.IO_ERROR, "cannot write " + file + ": " + e.getMessage(), "name another file");
    }
  }
}
