// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import org.jspecify.annotations.Nullable;

/**
 * The object that something was written in.
 *
 * @param kind for example {@code HTTPRoute}
 * @param position {@code file:line:col} when it came from a file
 */
public record Origin(String kind, String namespace, String name, @Nullable String position) {
  /** {@code namespace/name}. */
  public String key() {
    return namespace + "/" + name;
  }

  @Override
  public String toString() {
    String object = kind + " " + key();
    return position == null ? object : object + " (" + position + ")";
  }
}
