// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;

/** The program. */
@Command(
    name = "waypoint",
    description = "The L7 proxy of an Istio ambient mesh.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  waypoint dev                               a whole mesh on this machine, with bookinfo",
      "  waypoint dev -f k8s/                       the same with your own YAML",
      "  waypoint dev --to http://localhost:8080    your process behind a waypoint",
      "  waypoint dev -- mvn test                   a command inside the mesh",
      "  waypoint validate k8s/                     every problem, with file, line and column",
      "  waypoint authz check expectations.yaml     do the policies judge as you expect?",
      "  waypoint explain -f k8s/ --as web.shop http://reviews:9080/v1   what would happen, and"
          + " why",
      "  waypoint run -f k8s/ --certs /var/run/secrets/mesh",
      "  waypoint check -n bookinfo                 what a cluster lacks, and what to do about it",
      "  waypoint apply -n bookinfo --enroll-namespace",
      "",
      "Exit codes:",
      "  0 ok   1 problems found   2 usage   66 no such file   69 not available",
      "  70 a defect of ours   74 input or output failed   78 configuration not usable",
      "",
      "waypoint COMMAND --help tells more."
    })
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(run(Terminal.ofProcess(System.getenv()), args));
  }

  /** The whole program but for the exit: what tests call. */
  static int run(Terminal terminal, String... args) {
    CommandLine program = program(terminal);
    if (args.length == 0) {
      program.usage(terminal.err());
      return ExitCode.USAGE;
    }
    return program.execute(args);
  }

  /** All commands with their flags. */
  static CommandLine program(Terminal terminal) {
    CommandLine program =
        new CommandLine(new Main())
            .addSubcommand(new DevCommand(terminal))
            .addSubcommand(new RunCommand(terminal))
            .addSubcommand(new ControllerCommand(terminal))
            .addSubcommand(new ApplyCommand(terminal))
            .addSubcommand(new DeleteCommand(terminal))
            .addSubcommand(new ListCommand(terminal))
            .addSubcommand(new StatusCommand(terminal))
            .addSubcommand(new GenerateCommand(terminal))
            .addSubcommand(new CheckCommand(terminal))
            .addSubcommand(new ValidateCommand(terminal))
            .addSubcommand(new ExplainCommand(terminal))
            .addSubcommand(new RoutesCommand(terminal))
            .addSubcommand(new HealthcheckCommand(terminal))
            .addSubcommand(
                new CommandLine(new AuthzCommand()).addSubcommand(new AuthzCheckCommand(terminal)))
            .addSubcommand(new VersionCommand(terminal))
            .setOut(terminal.out())
            .setErr(terminal.err())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpWidth(100)
            .setColorScheme(
                CommandLine.Help.defaultColorScheme(
                    terminal.color() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF))
            .setExecutionExceptionHandler((failure, line, parsed) -> explain(terminal, failure));
    program
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .scopeType(ScopeType.INHERIT)
                .description("Show this and end.")
                .build());
    // What follows CMD belongs to it.
    java.util.Objects.requireNonNull(program.getSubcommands().get("dev")).setStopAtPositional(true);
    return program;
  }

  private static int explain(Terminal terminal, Exception failure) {
    if (failure instanceof Outcome outcome) {
      terminal.problem(String.valueOf(outcome.getMessage()), outcome.hint());
      return outcome.code();
    }
    terminal.problem("defect: " + failure, "please report this with what follows");
    failure.printStackTrace(terminal.err());
    return ExitCode.SOFTWARE;
  }
}
