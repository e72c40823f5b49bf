// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.verdict;

import java.util.List;

/**
 * What is to be said of a policy that targets services.
 *
 * @param position where it is written
 */
public record PolicyVerdict(
    String kind, String namespace, String name, String position, List<Condition> conditions) {
  public PolicyVerdict {
    conditions = List.copyOf(conditions);
  }
}
