// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import org.jspecify.annotations.Nullable;

/**
 * The only questions routing may ask of a request. Answering allocates nothing when the answer is
 * already at hand.
 */
public interface RequestHead {
  /** The request method as received, for example {@code GET}. */
  String method();

  /** The canonical path, without query and fragment; it begins with {@code /}. */
  String path();

  /** The raw query after {@code ?}, not decoded; null when there is none. */
  @Nullable String query();

  /**
   * A header's value; several field lines of one name are joined with {@code ","} (RFC 9110 section
   * 5.3).
   *
   * @param name compared without regard to case
   */
  @Nullable String header(String name);
}
