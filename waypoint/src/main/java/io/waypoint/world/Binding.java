// SPDX-License-Identifier: Apache-2.0
package io.waypoint.world;

/** Which waypoint stands in front of a service or workload. */
public sealed interface Binding {
  /** Ours: callers reach it through this process. */
  record Ours() implements Binding {}

  /** Another waypoint's; we refuse to carry traffic for it. */
  record Another(GatewayName waypoint) implements Binding {}

  /** None: callers tunnel straight to a workload. */
  record Unbound() implements Binding {}

  Binding OURS = new Ours();
  Binding UNBOUND = new Unbound();
}
