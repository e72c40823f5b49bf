// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone.coalescing;

/**
 * Counts what comes on one event loop. A connection that carries many tunnels is ready once for all
 * of their messages, so they are counted where they are told apart.
 */
public interface Arrivals {
  /** Nobody counts. */
  Arrivals NONE = () -> {};

  /** One message has come; on the event loop. */
  void one();
}
