// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

/**
 * How long and how often is measured.
 *
 * @param warmup seconds of closed loop before, for each system
 * @param direct seconds in which the rig's own ceiling is found
 * @param pairs measured one after the other in the order ABBA
 * @param window seconds of each
 */
public record Effort(int warmup, int direct, int pairs, int window) {
  /** Enough to see where one stands; results are marked indicative. */
  public static final Effort QUICK = new Effort(10, 3, 3, 5);

  /** For figures that are compared with others. */
  public static final Effort FULL = new Effort(45, 5, 10, 10);

  /** For the rows of a matrix that no target names. */
  public static final Effort SHORT = new Effort(20, 3, 3, 5);

  /** The same with what is not 0. */
  public Effort with(int otherWarmup, int otherPairs, int otherWindow) {
    return new Effort(
        otherWarmup > 0 ? otherWarmup : warmup,
        direct,
        otherPairs > 0 ? otherPairs : pairs,
        otherWindow > 0 ? otherWindow : window);
  }

  public boolean isIndicative() {
    return pairs < FULL.pairs || window < FULL.window || warmup < FULL.warmup;
  }
}
