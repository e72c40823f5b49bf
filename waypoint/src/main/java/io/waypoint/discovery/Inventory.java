// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The objects of one configuration, for comparison with those of another. */
public final class Inventory {
  public static final Inventory EMPTY = new Inventory(List.of());

  private final List<Manifest> manifests;

  /**
   * @param manifests none of which is there twice
   */
  public Inventory(List<Manifest> manifests) {
    this.manifests = List.copyOf(manifests);
  }

  /** By identity. */
  Map<String, Manifest> objects() {
    Map<String, Manifest> objects = new TreeMap<>();
    manifests.forEach(manifest -> objects.put(manifest.identity(), manifest));
    return objects;
  }

  public int size() {
    return manifests.size();
  }
}
