// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import org.jspecify.annotations.Nullable;

/**
 * Room for one request under way. All of it happens on the generator's loop.
 *
 * <pre>
 *   free ──send()──► under way ──► Turn.ended() ──► free
 *                        └───────► Turn.broken() ──► gone
 * </pre>
 */
abstract class Lane {
  /** Told how a request ended. */
  interface Turn {
    /**
     * @param problem null when status, length and bytes were right
     * @param bytes of the body
     */
    void ended(Lane lane, @Nullable String problem, long bytes);

    /** The lane is of no use any more; {@code underWay} tells whether a request is lost with it. */
    void broken(Lane lane, String problem, boolean underWay);
  }

  /** Which measurement the request belongs to: an answer may come when it is over. */
  @Nullable Object run;

  /** When the request was due, and when it was sent. */
  long due;

  long sent;

  /** Since when it waits for a request. */
  long freeSince;

  abstract void send();

  abstract void close();
}
