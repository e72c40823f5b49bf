// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

/** What somebody who waits is told. */
public interface Progress {
  /** Something worth keeping on the screen. */
  void line(String text);

  /** What is going on at this moment; replaces what was said before. */
  void now(String text);
}
