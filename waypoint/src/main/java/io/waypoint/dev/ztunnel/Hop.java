// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.ztunnel;

import java.net.InetSocketAddress;

/** Where a connection goes next. */
public sealed interface Hop {
  /**
   * Through HBONE: to the destination's waypoint, or straight to one of its pods.
   *
   * @param hbone where the far side takes tunnels
   * @param identity the SPIFFE URI that the far side must present
   * @param authority what the CONNECT asks for
   */
  record Tunnel(InetSocketAddress hbone, String identity, String authority) implements Hop {}

  /**
   * Nowhere.
   *
   * @param reason a sentence for the person who dialled
   */
  record Nowhere(String reason) implements Hop {}
}
