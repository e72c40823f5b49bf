// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.config.Problem;
import io.waypoint.config.ProblemText;
import io.waypoint.discovery.file.Validation;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.world.GatewayName;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "validate",
    description = "Reads configuration and tells every problem with file, line and column.",
    footer = {
      "",
      "Examples:",
      "  waypoint validate examples/bookinfo",
      "  waypoint validate -o github k8s/*.yaml      annotations for a pull request",
      "  waypoint validate -o status k8s/            what a cluster would say of each route",
      "",
      "Exit code 1 when there is an error, 0 when there are at most warnings."
    })
final class ValidateCommand implements Callable<Integer> {
  /** How problems are told. */
  enum Format {
    text,
    json,
    github,
    status
  }

  private final Terminal terminal;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "YAML files or folders of them.")
  private List<Path> files = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: text)")
  private Format format = Format.text;

  @Option(
      names = "--gateway",
      paramLabel = "NS/NAME",
      description = "Which waypoint is meant, when the files have more than one of our class.")
  private @Nullable String gateway;

  ValidateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Home.requireReadable(files);
    GatewayName name = gateway == null ? null : GatewayName.parse(gateway);
    Validation validation = Validation.of(files, Scope.of(name));
    switch (format) {
      case text -> text(validation);
      case json -> terminal.out().println(ProblemJson.of(validation));
      case github ->
          validation.problems().forEach(p -> terminal.out().println(ProblemText.github(p)));
      case status ->
          StatusText.of(validation.translation(), terminal).forEach(terminal.out()::println);
    }
    boolean wrong = validation.problems().stream().anyMatch(Problem::isError);
    return wrong ? ExitCode.PROBLEMS : ExitCode.OK;
  }

  private void text(Validation validation) {
    for (Problem problem : validation.problems()) {
      terminal.out().println(ProblemText.of(problem));
    }
    terminal.out().println(validation.summary());
  }
}
