// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone.coalescing;

/**
 * Counts what comes on one event loop besides what the loop sees by itself: a connection of many
 * tunnels is ready once, whatever it has for each of them.
 */
public interface Arrivals {
  /** Nobody counts. */
  Arrivals NONE = messages -> {};

  /** A channel that was ready had more than one message; on the event loop. */
  void more(int messages);
}
