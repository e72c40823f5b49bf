// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone.coalescing;

/**
 * Counts what comes on one event loop besides what the loop sees by itself: a connection of many
 * tunnels is ready once, whatever it has for each of them.
 */
public interface Arrivals {
  /** Nobody counts. */
  Arrivals NONE =
      new Arrivals() {
        @Override
        public boolean isGathering() {
          return false;
        }

        @Override
        public void more(int messages, float grown) {}
      };

  /** Whether what comes may have gathered. */
  boolean isGathering();

  /**
   * What a channel had that was ready; on the event loop.
   *
   * @param messages besides the one that the loop has seen
   * @param grown how many more they seem to be, see {@link FrameCount}
   */
  void more(int messages, float grown);
}
