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
      if (!Identity.isSame(parent.ref().find(objects), parent.services())) {
        return false;
      }
    }
    return true;
  }
}
