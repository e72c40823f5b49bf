// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.world.GatewayName;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which waypoint this process is.
 *
 * @param gateway its Gateway; null for the only one of our class
 * @param gatewayClasses the classes that are ours
 * @param rootNamespace where the mesh's settings and the policies of the class live
 */
public record Scope(
    @Nullable GatewayName gateway, Set<String> gatewayClasses, String rootNamespace) {
  public static final String GATEWAY_CLASS = "vertx-waypoint";

  /** Whichever Gateway of our class there is. */
  public static final Scope ONLY_GATEWAY = new Scope(null, Set.of(GATEWAY_CLASS), "istio-system");

  public Scope {
    gatewayClasses = Set.copyOf(gatewayClasses);
  }

  public static Scope of(@Nullable GatewayName gateway) {
    return of(gateway, ONLY_GATEWAY.rootNamespace());
  }

  public static Scope of(@Nullable GatewayName gateway, String rootNamespace) {
    return new Scope(gateway, ONLY_GATEWAY.gatewayClasses(), rootNamespace);
  }
}
