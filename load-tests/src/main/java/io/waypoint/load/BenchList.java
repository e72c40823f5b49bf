// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load;

import io.waypoint.load.rig.Scenario;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "list", description = "The scenarios and their questions.")
final class BenchList implements Callable<Integer> {
  @Override
  public Integer call() {
    Home home = Home.ofProcess();
    for (String name : home.scenarios()) {
      Scenario scenario = home.scenario(name);
      System.out.printf("%-12s %s%n", name, scenario.question());
      for (Scenario.Entry entry : scenario.cells()) {
        System.out.printf(
            "  %-34s %4d s%s%s%n",
            entry.cell().name(),
            entry.effort().seconds(entry.cell()),
            entry.effort().isIndicative() ? ", indicative" : "",
            entry.extra() ? ", by name only" : "");
      }
    }
    System.out.printf("the matrix takes about %d minutes%n", BenchRun.minutes(home.matrix()));
    return 0;
  }
}
