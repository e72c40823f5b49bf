// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.rbac.jwt.KeySource;

/**
 * Whom admission asks beyond policy.
 *
 * @param keys of the issuers of tokens
 */
public record Advisers(KeySource keys) {
  public static final Advisers NONE = new Advisers(KeySource.NONE);
}
