// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much later than asked for Linux may wake a thread, to wake several at once: 50 µs usually.
 */
final class TimerSlack {
  private static final Path PROC = Path.of("/proc");
  private static final String LEAST_NANOS = "1000";

  private TimerSlack() {}

  /**
   * The calling thread is woken when it asked to be. Where the kernel does not permit it, the lag
   * is larger, which every window tells.
   */
  static void least() {
    try {
      Path thread = Files.readSymbolicLink(PROC.resolve("thread-self")).getFileName();
      Files.writeString(PROC.resolve(thread).resolve("timerslack_ns"), LEAST_NANOS);
    } catch (IOException notPermitted) {
      // Half the lag's median is at stake, and no figure is quoted whose lag was too large.
    }
  }
}
