// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import io.waypoint.rbac.model.Origin;

/**
 * A part of a policy that cannot be enforced as written. An ALLOW rule with a flaw never matches; a
 * rule of another action is taken to match where the flaw is.
 *
 * @param field for example {@code rules[0].from[0].source.ipBlocks}
 */
public record Flaw(Origin origin, String field, String problem) {
  @Override
  public String toString() {
    return origin + ": " + field + ": " + problem;
  }
}
