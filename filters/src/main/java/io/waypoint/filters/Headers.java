// SPDX-License-Identifier: Apache-2.0
package io.waypoint.filters;

/**
 * Header fields that may be changed on their way through. Names are given in lower case: HTTP/2
 * knows no other.
 */
public interface Headers extends HeaderView {
  /** Replaces every field of this name by one. */
  void set(String name, String value);

  /** Adds a field after those of this name. */
  void add(String name, String value);

  /** Takes away every field of this name. */
  void remove(String name);
}
