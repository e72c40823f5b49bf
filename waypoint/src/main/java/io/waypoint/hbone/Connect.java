// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import org.jspecify.annotations.Nullable;

/**
 * A well-formed CONNECT from a verified peer, not yet answered.
 *
 * @param serverName what the TLS in the tunnel asks for, in lower case; null when it asks for none
 *     and where nobody has looked
 */
public record Connect(TunnelPeer peer, TunnelTarget target, @Nullable String serverName) {
  public Connect(TunnelPeer peer, TunnelTarget target) {
    this(peer, target, null);
  }

  Connect named(@Nullable String name) {
    return name == null ? this : new Connect(peer, target, name);
  }
}
