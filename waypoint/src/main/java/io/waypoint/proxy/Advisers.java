// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.filters.security.Authorizer;

/**
 * Whom admission asks beyond policy.
 *
 * @param authorizer for CUSTOM policies
 */
public record Advisers(Authorizer authorizer) {
  public static final Advisers NONE = new Advisers(Authorizer.NONE);
}
