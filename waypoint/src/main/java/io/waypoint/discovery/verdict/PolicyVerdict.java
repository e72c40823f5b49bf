// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.verdict;

import java.util.List;

/**
 * What is to be said of a policy that targets services.
 *
 * @param position where it is written
 * @param concerns whether a target of it is served here, or is a backend of what is
 * @param names what it refers to of its own namespace: ConfigMaps
 */
public record PolicyVerdict(
    String kind,
    String namespace,
    String name,
    String position,
    List<Condition> conditions,
    boolean concerns,
    List<String> names) {
  public PolicyVerdict {
    conditions = List.copyOf(conditions);
    names = List.copyOf(names);
  }
}
