// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The objects of one configuration, for comparison with those of another. */
public final class Inventory {
  public static final Inventory EMPTY = new Inventory(List.of());

  private final Map<String, Manifest> objects = new TreeMap<>();

  public Inventory(List<Manifest> manifests) {
    manifests.forEach(manifest -> objects.put(manifest.identity(), manifest));
  }

  Map<String, Manifest> objects() {
    return objects;
  }

  public int size() {
    return objects.size();
  }
}
