// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load;

import io.waypoint.load.rig.RigException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code bin/waypoint bench}. */
@Command(
    name = "waypoint bench",
    mixinStandardHelpOptions = true,
    description = "Measures this waypoint against Envoy on the same load.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  waypoint bench quick                      a minute and a half: small GET at 32 tunnels",
      "  waypoint bench list                       what can be run",
      "  waypoint bench run routes policies        scenarios by name",
      "  waypoint bench run small --pairs 3 --window 5 --warmup 15",
      "  waypoint bench matrix --out results       everything; the same call resumes",
      "  waypoint bench report results             the page once more, from the raw figures",
      "  waypoint bench jmh PickBench              what a pick costs among 10 and among 1,000",
      "",
      "Exit codes:",
      "  0 every threshold holds   1 one is missed, or would compare different rates",
      "  2 usage                   69 the rig cannot run here"
    },
    subcommands = {
      BenchRun.Quick.class,
      BenchRun.Run.class,
      BenchRun.Matrix.class,
      BenchReport.class,
      BenchList.class,
      BenchMicro.class
    })
public final class Bench {
  static final int MISSED = 1;
  static final int UNAVAILABLE = 69;

  private Bench() {}

  public static void main(String[] arguments) {
    CommandLine program =
        new CommandLine(new Bench())
            .setExecutionExceptionHandler((failure, line, parsed) -> {
              if (failure instanceof RigException) {
                System.err.println("waypoint bench: " + failure.getMessage());
                return UNAVAILABLE;
              }
              throw failure;
            });
    if (arguments.length == 0) {
      program.usage(System.err);
      System.exit(program.getCommandSpec().exitCodeOnInvalidInput());
    }
    System.exit(program.execute(arguments));
  }
}
