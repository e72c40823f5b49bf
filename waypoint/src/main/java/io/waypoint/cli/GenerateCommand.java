// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "generate",
    sortOptions = false,
    description = "Prints the Gateway that asks for a waypoint; asks no cluster.",
    footer = {
      "",
      "Examples:",
      "  waypoint generate -n bookinfo > waypoint.yaml",
      "  waypoint generate -n bookinfo --for all | kubectl apply -f -"
    })
final class GenerateCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private WaypointOptions wanted = new WaypointOptions();

  GenerateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    String namespace = Objects.requireNonNullElse(wanted.namespace().told(), "default");
    terminal.out().print(wanted.gateway(namespace).text());
    terminal.out().flush();
    return ExitCode.OK;
  }
}
