// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Problem;
import io.waypoint.discovery.Manifest;
import io.waypoint.routing.model.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One route, read.
 *
 * @param route null when none of its rules can match
 * @param problems what was found wrong while it was read
 */
record ReadRoute(
    Manifest manifest, @Nullable Route route, List<Parent> parents, List<Problem> problems) {
  /**
   * A port that a parent reference leads to.
   *
   * @param callers whom the route is for there
   */
  record Place(PortKey port, String callers) {}

  record Parent(ParentRef ref, List<ServiceSpec> services, List<Place> places) {}

  /** Whether its parents are the same services as when it was read. */
  boolean isStillOf(Objects objects) {
    for (Parent parent : parents) {
      List<ServiceSpec> now = parent.ref().find(objects);
      boolean same = now.size() == parent.services().size();
      for (int i = 0; same && i < now.size(); i++) {
        same = now.get(i) == parent.services().get(i);
      }
      if (!same) {
        return false;
      }
    }
    return true;
  }
}
