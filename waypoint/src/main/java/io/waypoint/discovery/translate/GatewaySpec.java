// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.world.GatewayName;
import java.util.Map;

/**
 * A Gateway that is a waypoint of ours or of somebody else.
 *
 * @param gatewayClass the name of its class
 * @param services whether it takes traffic addressed to services
 * @param workloads whether it takes traffic addressed to pods
 * @param from {@code Same}, {@code All} or {@code Selector}: from which namespaces it may be used
 * @param selector the labels of those namespaces
 * @param standsInFor a class of others whose policies hold for it as well; empty for none
 */
record GatewaySpec(
    GatewayName name,
    String gatewayClass,
    boolean services,
    boolean workloads,
    String from,
    Map<String, String> selector,
    String standsInFor) {
  /** The annotation that names the class it stands in for, such as {@code istio-waypoint}. */
  static final String STANDS_IN_FOR = "waypoint.dev/stands-in-for";

  boolean allows(String namespace, Map<String, String> labels) {
    return switch (from) {
      case "All" -> true;
      case "Selector" -> labels.entrySet().containsAll(selector.entrySet());
      default -> namespace.equals(name.namespace());
    };
  }
}
