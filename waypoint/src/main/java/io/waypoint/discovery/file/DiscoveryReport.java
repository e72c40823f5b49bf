// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.file;

import io.waypoint.config.Problem;
import io.waypoint.world.World;
import java.util.List;

/** Told what became of a change; the command line prints it, a log keeps it. */
public interface DiscoveryReport {
  /**
   * A world is in force.
   *
   * @param changes what is different from the world before, in words; for the first world, nothing
   * @param problems what does not work as its author may think; only when it is not what was said
   *     the last time
   */
  void published(World world, List<String> changes, List<Problem> problems);

  /** A change cannot be used, and what was in force stays. Said once for the same problems. */
  void rejected(List<Problem> problems);
}
