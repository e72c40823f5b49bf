// SPDX-License-Identifier: Apache-2.0
package io.waypoint.identity;

import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.refusal.Refusal;

/** What a certificate chain proved. */
public sealed interface PeerVerdict {
  /** The peer is this workload. */
  record Verified(SpiffeId id) implements PeerVerdict {}

  /** The peer proved nothing, for this reason. */
  record Refused(Refusal refusal) implements PeerVerdict {}
}
