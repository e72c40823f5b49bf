// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import java.util.List;

/** The namespaces that see an object of Istio's, as its {@code exportTo} says. */
final class ExportTo {
  private static final String EVERYWHERE = "*";
  private static final String HERE = ".";

  private ExportTo() {}

  /**
   * Whether a namespace sees an object.
   *
   * @param written none for every namespace
   * @param own the object's own namespace
   */
  static boolean reaches(List<String> written, String namespace, String own) {
    return written.isEmpty()
        || written.contains(EVERYWHERE)
        || written.contains(namespace)
        || written.contains(HERE) && namespace.equals(own);
  }
}
