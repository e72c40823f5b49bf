// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.netty.channel.EventLoop;

/**
 * On which loop a new tunnel is served. One connection carries up to a hundred tunnels of one pod,
 * so a hot client would keep one loop busy and the others idle; a placement elsewhere costs a
 * hand-over for each batch of bytes.
 */
@FunctionalInterface
interface TunnelPlacement {
  /** Where the connection is: no hand-over. */
  TunnelPlacement STAY = loop -> loop;

  EventLoop place(EventLoop connection);
}
