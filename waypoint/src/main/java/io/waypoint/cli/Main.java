// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program. */
@Command(
    name = "waypoint",
    description = "The L7 proxy of an Istio ambient mesh.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes:",
      "  0 ok   1 problems found   2 usage",
      "  66 file missing   69 unavailable (port in use)   70 bug   74 I/O   78 configuration"
    })
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(run(Terminal.ofProcess(System.getenv()), args));
  }

  /** The whole program but for the exit: what tests call. */
  static int run(Terminal terminal, String... args) {
    CommandLine program =
        new CommandLine(new Main())
            .addSubcommand(new VersionCommand(terminal))
            .setOut(terminal.out())
            .setErr(terminal.err())
            .setColorScheme(
                CommandLine.Help.defaultColorScheme(
                    terminal.color() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    return program.execute(args);
  }
}
