// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The header fields of a message, names compared without regard to case. */
public interface HeaderView {
  /** The first field of this name. */
  @Nullable String first(String name);

  /** Every field of this name, in their order. */
  List<String> all(String name);

  boolean has(String name);
}
