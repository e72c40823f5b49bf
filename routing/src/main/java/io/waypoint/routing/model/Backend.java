// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import java.util.List;

/**
 * One reference to a service and its share of the traffic.
 *
 * @param port the service port; 0 only when the reference is broken
 * @param weight its share of the sum of all weights; 0 means never
 */
public record Backend(
    String name, String namespace, int port, int weight, Target target, List<FilterSpec> filters) {
  /** The weight of a reference that names none. */
  public static final int DEFAULT_WEIGHT = 1;

  public Backend {
    if (weight < 0 || weight > 1_000_000) {
      throw new IllegalArgumentException("weight " + weight + " is not within 0 and 1000000");
    }
    boolean known = target instanceof Target.Resolved;
    if (port < (known ? 1 : 0) || port > 65535) {
      throw new IllegalArgumentException("port " + port + " of " + name + " is not a port");
    }
    filters = Rule.onePerKind(Limits.atMost(16, filters, "filters of a backendRef"));
  }

  /** A reference that leads nowhere: it keeps its share and answers it with 500. */
  public static Backend broken(String name, String namespace, int weight, String reason) {
    return new Backend(name, namespace, 0, weight, new Target.Broken(reason), List.of());
  }
}
