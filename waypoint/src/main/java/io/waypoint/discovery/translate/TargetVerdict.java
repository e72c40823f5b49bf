// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

/**
 * What becomes of one target of a policy. The kinds are the reasons of the condition {@code
 * WaypointAccepted} that istiod writes, so that both say the same.
 */
sealed interface TargetVerdict {
  TargetVerdict ACCEPTED = new Accepted();

  /** A waypoint enforces the policy there, this one or another. */
  record Accepted() implements TargetVerdict {}

  /** The target is there, and no waypoint stands in front of it. */
  record AncestorNotBound(String why) implements TargetVerdict {}

  record TargetNotFound(String why) implements TargetVerdict {}

  /** No waypoint of this class could ever enforce it there. */
  record Invalid(String why) implements TargetVerdict {}
}
