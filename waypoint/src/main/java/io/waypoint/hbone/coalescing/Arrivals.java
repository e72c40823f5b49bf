// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone.coalescing;

/**
 * Counts what comes on one event loop besides what the loop sees by itself: a connection of many
 * tunnels is ready once, whatever it has for each of them, and what gathers in one tunnel comes as
 * one message, whatever it consists of.
 */
public interface Arrivals {
  /** Nobody counts. */
  Arrivals NONE = (messages, bytes) -> {};

  /**
   * What a channel had that was ready; on the event loop.
   *
   * @param messages besides the one that the loop has seen
   * @param bytes of all of them
   */
  void more(int messages, int bytes);
}
