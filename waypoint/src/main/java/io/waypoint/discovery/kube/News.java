// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import io.waypoint.config.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which problems nobody has been told yet. A cluster always has some, and every change of anything
 * would tell them all again.
 */
final class News {
  private Set<String> told = Set.of();

  List<Problem> of(List<Problem> problems) {
    Set<String> now = new HashSet<>();
    List<Problem> news = new ArrayList<>();
    for (Problem problem : problems) {
      // Another version of the object with the same problem is no news.
      String words =
          problem.position().source().name() + " " + problem.path() + " " + problem.message();
      if (now.add(words) && !told.contains(words)) {
        news.add(problem);
      }
    }
    told = now;
    return news;
  }
}
