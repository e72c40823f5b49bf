// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone.coalescing;

/**
 * What one event loop did for a while.
 *
 * @param nanos how long it was looked at
 * @param busyNanos of these it neither slept nor waited
 * @param arrivals messages that came
 * @param grown how many more they seem to be, by their sizes; below 0 when they were small
 */
record Window(long nanos, long busyNanos, long arrivals, double grown) {
  static final Window NOTHING = new Window(0, 0, 0, 0);

  Window and(Window later) {
    return new Window(
        nanos + later.nanos,
        busyNanos + later.busyNanos,
        arrivals + later.arrivals,
        grown + later.grown);
  }

  /** How many come in a time, on average. */
  double arrivalsIn(long time) {
    return nanos == 0 ? 0 : (arrivals + Math.max(0, grown)) * time / nanos;
  }

  double busyShare() {
    return nanos == 0 ? 0 : (double) busyNanos / nanos;
  }
}
