// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone.coalescing;

/**
 * What one event loop did for a while.
 *
 * @param nanos how long it was looked at
 * @param busyNanos of these it neither slept nor waited
 * @param arrivals messages that came
 * @param bytes of messages, as far as they are known
 */
record Window(long nanos, long busyNanos, long arrivals, long bytes) {
  static final Window NOTHING = new Window(0, 0, 0, 0);

  Window and(Window later) {
    return new Window(
        nanos + later.nanos,
        busyNanos + later.busyNanos,
        arrivals + later.arrivals,
        bytes + later.bytes);
  }

  /** How many come in a time, on average. */
  double arrivalsIn(long time) {
    return nanos == 0 ? 0 : (double) arrivals * time / nanos;
  }

  /**
   * Calls that share a tunnel come in one frame when they have gathered: fewer messages prove
   * nothing while the bytes are those of as many as before. Fewer bytes alone do not, either.
   *
   * @param before when messages came one by one
   */
  Window inMessagesLike(Window before) {
    long alike = before.bytes == 0 ? 0 : bytes * before.arrivals / before.bytes;
    return alike <= arrivals ? this : new Window(nanos, busyNanos, alike, bytes);
  }

  double busyShare() {
    return nanos == 0 ? 0 : (double) busyNanos / nanos;
  }
}
