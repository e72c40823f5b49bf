// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.controlplane;

import io.waypoint.rbac.identity.SpiffeId;

/** Who calls the control plane, as far as that is proven. */
public sealed interface Caller {
  /** Proven to be this workload. */
  record Known(SpiffeId id) implements Caller {}

  /** Not proven, and taken at its word: whoever is on this machine may be anybody of the mesh. */
  record Trusted() implements Caller {}

  /** Not taken. */
  record Refused(String why) implements Caller {}
}
