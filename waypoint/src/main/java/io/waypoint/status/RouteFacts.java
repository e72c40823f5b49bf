// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import io.waypoint.config.Problem;
import java.util.List;
import java.util.Map;

/**
 * What the verdict on a route depends on.
 *
 * @param notApplied the kind, when this version does not apply it; empty otherwise
 * @param rules how many it has
 * @param held whether its newest version cannot be read and the one before is in force
 * @param parents in the order of the route
 * @param problems what was found wrong with it
 */
record RouteFacts(
    String notApplied,
    int rules,
    boolean held,
    List<Parent> parents,
    List<Problem> problems,
    String waypoint) {
  /** What a parent is to us. */
  enum Standing {
    /** Served by us. */
    SERVED,
    /** A service of ours that does not exist, or not with that port. */
    NO_SUCH_PORT,
    NO_SUCH_SERVICE,
    /** A service of ours in another namespace than the route. */
    OTHER_NAMESPACE,
    /** Our Gateway itself, through which nothing is routed. */
    GATEWAY,
    /** Another waypoint of ours tells the author about it. */
    NOT_OURS,
    /** Bound to no waypoint of ours (any more), so that none of us has anything to say. */
    LEFT
  }

  /**
   * @param ref as written in the route
   * @param name for people, for example {@code Service shop/cart}
   */
  record Parent(Map<String, Object> ref, String name, Standing standing) {}
}
