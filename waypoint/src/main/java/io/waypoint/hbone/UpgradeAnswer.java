// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

/**
 * What became of a request for an upgrade. Whoever serves HTTP/1 on a tunnel fires it as an event
 * of its pipeline: what is written cannot tell whether it answers that request or one before it.
 */
public enum UpgradeAnswer {
  /** The protocol has changed: what follows is not HTTP/1. */
  AGREED,
  /** All that was asked for has been answered as usual. */
  DECLINED
}
