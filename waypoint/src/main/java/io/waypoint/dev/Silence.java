// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import io.waypoint.config.Problem;
import io.waypoint.discovery.file.DiscoveryReport;
import io.waypoint.world.World;
import java.util.List;

/** Says nothing. */
final class Silence implements DiscoveryReport {
  @Override
  public void published(World world, List<String> changes, List<Problem> problems) {}

  @Override
  public void rejected(List<Problem> problems) {}
}
