// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.kube;

import io.waypoint.discovery.translate.Translation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What is in force, and the objects it was made of.
 *
 * @param held objects, as {@code kind namespace/name}, whose newest version is not in force
 * @param made by kind, the objects that the translation saw
 * @param store the objects of a kind at any later time
 */
public record KubeView(
    Translation translation,
    Set<String> held,
    Map<String, List<KubeObject>> made,
    Function<String, List<KubeObject>> store) {
  /** The objects of a kind that the translation saw. */
  public List<KubeObject> seen(String kind) {
    return made.getOrDefault(kind, List.of());
  }

  /** The objects of a kind as the API server has them now. */
  public List<KubeObject> now(String kind) {
    return store.apply(kind);
  }
}
