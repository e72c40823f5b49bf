// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load;

import io.waypoint.load.report.HtmlPage;
import io.waypoint.load.report.JunitXml;
import io.waypoint.load.report.RunResult;
import io.waypoint.load.report.Store;
import io.waypoint.load.report.TextTable;
import io.waypoint.load.report.Thresholds;
import io.waypoint.load.rig.RigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "report",
    description = "Draws the page from the raw figures of one or more runs, into the first folder.")
final class BenchReport implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "DIR", description = "What --out named.")
  private List<Path> folders = List.of();

  @Override
  public Integer call() throws IOException {
    List<RunResult> results = new ArrayList<>();
    for (Path folder : folders) {
      if (!Store.isThere(folder)) {
        throw new RigException("there is no result.json in " + folder);
      }
      results.add(Store.read(folder));
    }
    return conclude(Home.ofProcess(), Store.merge(results), folders.getFirst());
  }

  /** Writes page and test report, says how the thresholds came out; the exit code. */
  static int conclude(Home home, RunResult result, Path folder) throws IOException {
    List<Thresholds.Outcome> outcomes = home.thresholds().judge(result);
    Path page = folder.resolve("index.html");
    Files.writeString(page, HtmlPage.of(result, outcomes, folder));
    JunitXml.write(folder.resolve("junit.xml"), outcomes);
    result.cells().forEach(cell -> System.out.println(TextTable.of(cell)));
    outcomes.forEach(outcome -> System.out.println(outcome.line()));
    System.out.println("report: " + page);
    return outcomes.stream().anyMatch(Thresholds.Outcome::fails) ? Bench.MISSED : 0;
  }
}
