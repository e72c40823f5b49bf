// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.model;

/**
 * Where an object was written.
 *
 * @param position {@code file:line:column}, or empty when it came from a cluster
 */
public record Origin(String kind, String namespace, String name, String position) {
  /** An authorization policy that no file holds. */
  public static Origin policy(String namespace, String name) {
    return new Origin("AuthorizationPolicy", namespace, name, "");
  }

  @Override
  public String toString() {
    String object = kind + " " + namespace + "/" + name;
    return position.isEmpty() ? object : object + " (" + position + ")";
  }
}
