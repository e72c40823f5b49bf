// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import io.waypoint.config.Problem;
import io.waypoint.config.ProblemText;
import io.waypoint.discovery.file.DiscoveryReport;
import io.waypoint.world.World;
import java.util.List;

/** Tells the person at the terminal what became of a change to the files. */
final class ConsoleReport implements DiscoveryReport {
  private final Terminal terminal;

  ConsoleReport(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void published(World world, List<String> changes, List<Problem> problems) {
    print(problems);
    for (String change : changes) {
      terminal.err().println("config: " + change);
    }
  }

  @Override
  public void rejected(List<Problem> problems) {
    print(problems);
    terminal
        .err()
        .println("config: " + ProblemText.count(problems) + "; nothing of this change is used");
  }

  private void print(List<Problem> problems) {
    for (Problem problem : problems) {
      terminal.err().println(ProblemText.of(problem));
    }
  }
}
