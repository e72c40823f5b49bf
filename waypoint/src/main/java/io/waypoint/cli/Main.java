// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import java.util.List;
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
  /** In the order of the help. */
  private static final List<String> COMMANDS =
      List.of(
          "dev",
          "run",
          "controller",
          "apply",
          "delete",
          "list",
          "status",
          "generate",
          "check",
          "validate",
          "explain",
          "routes",
          "healthcheck",
          "authz",
          "version");

  private Main() {}

  public static void main(String[] args) {
    System.exit(run(Terminal.ofProcess(System.getenv()), args));
  }

  /** The whole program but for the exit: what tests call. */
  static int run(Terminal terminal, String... args) {
    if (args.length == 0) {
      program(terminal).usage(terminal.err());
      return ExitCode.USAGE;
    }
    if (args[0].equals("--version") || args[0].equals("-V")) {
      args = args.clone();
      args[0] = "version";
    }
    // To read the annotations of all commands takes longer than most of them run.
    boolean named = COMMANDS.contains(args[0]);
    return (named ? program(terminal, List.of(args[0])) : program(terminal)).execute(args);
  }

  /** All commands with their flags. */
  static CommandLine program(Terminal terminal) {
    return program(terminal, COMMANDS);
  }

  private static Object command(String name, Terminal terminal) {
    return switch (name) {
      case "dev" -> new DevCommand(terminal);
      case "run" -> new RunCommand(terminal);
      case "controller" -> new ControllerCommand(terminal);
      case "apply" -> new ApplyCommand(terminal);
      case "delete" -> new DeleteCommand(terminal);
      case "list" -> new ListCommand(terminal);
      case "status" -> new StatusCommand(terminal);
      case "generate" -> new GenerateCommand(terminal);
      case "check" -> new CheckCommand(terminal);
      case "validate" -> new ValidateCommand(terminal);
      case "explain" -> new ExplainCommand(terminal);
      case "routes" -> new RoutesCommand(terminal);
      case "healthcheck" -> new HealthcheckCommand(terminal);
      case "authz" ->
          new CommandLine(new AuthzCommand()).addSubcommand(new AuthzCheckCommand(terminal));
      case "version" -> new VersionCommand(terminal);
      default -> throw new IllegalArgumentException(name);
    };
  }

  /**
   * Some of the commands.
   *
   * @param names some of {@link #COMMANDS}
   */
  static CommandLine program(Terminal terminal, List<String> names) {
    CommandLine program = new CommandLine(new Main());
    for (String name : names) {
      program.addSubcommand(command(name, terminal));
    }
    program
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
                .build())
        .addOption(
            OptionSpec.builder("-V", "--version")
                .description("As the command of that name.")
                .build());
    // What follows CMD belongs to it.
    CommandLine dev = program.getSubcommands().get("dev");
    if (dev != null) {
      dev.setStopAtPositional(true);
    }
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
