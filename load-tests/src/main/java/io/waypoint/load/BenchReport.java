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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "report", description = "Draws one page from the raw figures of one or more runs.")
final class BenchReport implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "DIR", description = "What --out named.")
  private List<Path> folders = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = {
        "Where page, figures and configurations go, without the histograms:",
        "to be kept beside the sources. (default: the first folder, the page only)"
      })
  private @Nullable Path out;

  @Override
  public Integer call() throws IOException {
    List<RunResult> results = new ArrayList<>();
    for (Path folder : folders) {
      if (!Store.isThere(folder)) {
        throw new RigException("there is no result.json in " + folder);
      }
      results.add(Store.read(folder));
    }
    RunResult merged = Store.merge(results);
    if (out != null) {
      Store.write(out, merged);
      Published.configurations(folders, merged, out);
    }
    return conclude(
        Home.ofProcess(), merged, folders.reversed(), out == null ? folders.getFirst() : out);
  }

  /**
   * Writes page and test report, says how the thresholds came out; the exit code.
   *
   * @param histograms where they may be, the first that has one counts
   * @param folder for the page
   */
  static int conclude(Home home, RunResult result, List<Path> histograms, Path folder)
      throws IOException {
    List<Thresholds.Outcome> outcomes = home.thresholds().judge(result);
    Path page = folder.resolve("index.html");
    Files.writeString(page, HtmlPage.of(result, outcomes, histograms));
    JunitXml.write(folder.resolve("junit.xml"), outcomes);
    result.cells().forEach(cell -> System.out.println(TextTable.of(cell)));
    outcomes.forEach(outcome -> System.out.println(outcome.line()));
    System.out.println("report: " + page);
    return outcomes.stream().anyMatch(Thresholds.Outcome::fails) ? Bench.MISSED : 0;
  }
}
