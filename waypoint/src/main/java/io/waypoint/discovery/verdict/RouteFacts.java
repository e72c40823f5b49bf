// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.verdict;

import io.waypoint.config.Problem;
import io.waypoint.world.Binding;
import java.util.List;
import java.util.Map;

/**
 * What the verdict on a route depends on.
 *
 * @param position where it is written
 * @param rules how many it has
 * @param held whether its newest version cannot be read and the one before is in force
 * @param parents in the order of the route
 * @param problems what was found wrong with it
 * @param waypoint ours, as {@code namespace/name}
 */
public record RouteFacts(
    String kind,
    String namespace,
    String name,
    String position,
    int rules,
    boolean held,
    List<Parent> parents,
    List<Problem> problems,
    String waypoint) {
  public RouteFacts {
    parents = List.copyOf(parents);
    problems = List.copyOf(problems);
  }

  /** What a parent is to us. */
  public enum Standing {
    /** Served by us. */
    SERVED,
    /** Served by us, with routes of another kind that go first on every port. */
    CONFLICTED,
    /** A service of ours, but not with that port. */
    NO_SUCH_PORT,
    NO_SUCH_SERVICE,
    /** Our Gateway itself, through which nothing is routed. */
    GATEWAY,
    /** Another controller, or another waypoint of ours, tells the author about it. */
    NOT_OURS,
    /** Bound to no waypoint of ours (any more), so that none of us has anything to say. */
    LEFT
  }

  /**
   * One of its parents.
   *
   * @param ref as written in the route
   * @param namespace of the parent
   * @param name for people, for example {@code Service shop/cart}
   * @param binding of the service
   */
  public record Parent(
      Map<String, Object> ref, String namespace, String name, Standing standing, Binding binding) {
    public Parent with(Standing other) {
      return new Parent(ref, namespace, name, other, binding);
    }
  }

  /** The same route with parents as somebody else sees them, held or not. */
  public RouteFacts with(boolean isHeld, List<Parent> others, List<Problem> found) {
    return new RouteFacts(kind, namespace, name, position, rules, isHeld, others, found, waypoint);
  }
}
