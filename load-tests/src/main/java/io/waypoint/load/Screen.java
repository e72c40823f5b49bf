// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load;

import io.waypoint.load.rig.Progress;

/** Lines on standard error, and below them one that changes when somebody is there to see it. */
final class Screen implements Progress {
  private static final String CLEAR = "\r\u001b[K";

  private final boolean terminal = Boolean.getBoolean("waypoint.terminal");

  @Override
  public synchronized void line(String text) {
    System.err.println((terminal ? CLEAR : "") + text);
  }

  @Override
  public synchronized void now(String text) {
    if (terminal) {
      System.err.print(CLEAR + "… " + text);
      System.err.flush();
    } else {
      System.err.println("… " + text);
    }
  }
}
