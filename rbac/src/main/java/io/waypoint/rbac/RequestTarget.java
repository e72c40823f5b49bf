// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import org.jspecify.annotations.Nullable;

/**
 * A canonical request target.
 *
 * @param query what stands after {@code ?}, untouched; null without one
 */
public record RequestTarget(String path, @Nullable String query) {
  /** The bytes to forward. */
  @Override
  public String toString() {
    return query == null ? path : path + "?" + query;
  }
}
