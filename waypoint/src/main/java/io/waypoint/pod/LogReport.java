// SPDX-License-Identifier: Apache-2.0
package io.waypoint.pod;

import io.waypoint.config.Problem;
import io.waypoint.discovery.file.DiscoveryReport;
import io.waypoint.world.World;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down what becomes of changes; nobody sits in front of a pod. */
final class LogReport implements DiscoveryReport {
  private static final Logger LOG = LoggerFactory.getLogger("config");

  @Override
  public void published(World world, List<String> changes, List<Problem> problems) {
    problems.forEach(LogReport::problem);
    if (world.generation() == 1) {
      LOG.atInfo()
          .addKeyValue("services", world.services().size())
          .addKeyValue("workloads", world.workloads().size())
          .log("the first world is served");
    }
    changes.forEach(
        change -> LOG.atInfo().addKeyValue("generation", world.generation()).log(change));
  }

  @Override
  public void rejected(List<Problem> problems) {
    problems.forEach(LogReport::problem);
    LOG.atError().log("the change is not used; the world before it stays in force");
  }

  private static void problem(Problem problem) {
    String hint = problem.hint();
    var event =
        switch (problem.severity()) {
          case ERROR -> LOG.atError();
          case WARNING -> LOG.atWarn();
          case INFO -> LOG.atDebug();
        };
    event =
        event
            .addKeyValue("object", problem.position().toString())
            .addKeyValue("code", problem.code().id());
    if (hint != null) {
      event = event.addKeyValue("hint", hint);
    }
    event.log(problem.message());
  }
}
