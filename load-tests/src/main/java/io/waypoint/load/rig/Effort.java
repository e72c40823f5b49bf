// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

/**
 * How long and how often is measured.
 *
 * @param warmup seconds of closed loop before, for a system that compiles while it runs
 * @param direct seconds in which the rig's own ceiling is found
 * @param pairs measured one after the other in the order ABBA
 * @param peerPairs of these, how many have windows of the others, too; the rest is ours alone
 * @param window seconds of each
 */
public record Effort(int warmup, int direct, int pairs, int peerPairs, int window) {
  /** Enough to see where one stands; results are marked indicative. */
  public static final Effort QUICK = new Effort(10, 3, 3, 3, 5);

  /** For figures that are compared with others. */
  public static final Effort FULL = new Effort(30, 3, 10, 10, 10);

  /** For the rows of a matrix that no target names. */
  public static final Effort SHORT = new Effort(10, 3, 3, 3, 5);

  /** Seconds of closed loop before, for a system that was compiled before it started. */
  private static final int COMPILED_WARMUP = 6;

  /** Seconds at the rate of the windows before the first of them. */
  static final int PRACTICE = 2;

  /** Seconds in which processes start, tunnels open and everything ends, and files are written. */
  private static final int AROUND = 7;

  /** The same with what is not 0. */
  public Effort with(int otherWarmup, int otherPairs, int otherWindow) {
    return new Effort(
        otherWarmup > 0 ? otherWarmup : warmup,
        direct,
        otherPairs > 0 ? otherPairs : pairs,
        otherPairs > 0 ? Math.min(otherPairs, peerPairs) : peerPairs,
        otherWindow > 0 ? otherWindow : window);
  }

  /** The others take part in no more than so many pairs. */
  Effort withPeersIn(int most) {
    return new Effort(warmup, direct, pairs, Math.min(most, peerPairs), window);
  }

  /** Seconds of closed loop before the windows of a contender. */
  int warmup(boolean compiledBefore) {
    return compiledBefore ? Math.min(warmup, COMPILED_WARMUP) : warmup;
  }

  /** About how many seconds a cell takes, by these figures. */
  public int seconds(Cell cell) {
    int peers = cell.thermometer() ? 2 : 1;
    int look = cell.rest() == 0 ? 0 : cell.rest() + (int) ((1 + peers) * 2 * SystemCalls.SECONDS);
    int windows = window * (pairs + peers * peerPairs);
    int practice = (1 + peers) * PRACTICE;
    return AROUND + direct + warmup + peers * warmup(true) + practice + windows + look;
  }

  public boolean isIndicative() {
    return pairs < FULL.pairs || window < FULL.window || warmup < FULL.warmup;
  }
}
