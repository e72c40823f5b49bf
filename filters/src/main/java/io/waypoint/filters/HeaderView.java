// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters;

import org.jspecify.annotations.Nullable;

/** The header fields of a message, names compared without regard to case. */
public interface HeaderView {
  /** The first field of this name. */
  @Nullable String first(String name);

  boolean has(String name);
}
