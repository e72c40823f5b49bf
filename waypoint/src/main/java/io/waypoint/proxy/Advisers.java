// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.filters.security.Authorizer;
import io.waypoint.rbac.jwt.KeySource;

/**
 * Whom admission asks beyond policy.
 *
 * @param keys of the issuers of tokens
 * @param authorizer for CUSTOM policies
 */
public record Advisers(KeySource keys, Authorizer authorizer) {
  public static final Advisers NONE = new Advisers(KeySource.NONE, Authorizer.NONE);
}
