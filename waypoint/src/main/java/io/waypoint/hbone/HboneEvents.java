// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import io.waypoint.refusal.Refusal;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the transport tells the outside, for metrics and logs. Called on event loops; must not
 * block.
 */
public interface HboneEvents {
  HboneEvents NONE = new HboneEvents() {};

  /**
   * @param detail text of ours, or text of the peer's that has been bounded and escaped
   */
  default void refused(Refusal reason, @Nullable SocketAddress peer, String detail) {}

  default void connectionOpened(Direction direction) {}

  default void connectionClosed(Direction direction) {}

  default void tunnelOpened(Direction direction) {}

  default void tunnelClosed(Direction direction) {}

  /** An event loop begins or ceases to let arrivals gather. */
  default void coalescing(boolean begins) {}

  /** Which side dialled. */
  enum Direction {
    INBOUND,
    OUTBOUND
  }
}
