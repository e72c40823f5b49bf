// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import java.io.PrintWriter;
import java.util.Map;

/**
 * Where a command writes: data to {@code out}, talk to {@code err}.
 *
 * @param person whether somebody looks on
 * @param color whether that somebody did not ask for plain text
 */
record Terminal(PrintWriter out, PrintWriter err, boolean person, boolean color) {
  /**
   * The process's own streams. Whether a person looks on is told by the launcher, which can ask for
   * less than Java's console costs; {@code NO_COLOR} with any value asks for plain text.
   */
  static Terminal ofProcess(Map<String, String> environment) {
    boolean person = Boolean.getBoolean("waypoint.terminal");
    String noColor = environment.getOrDefault("NO_COLOR", "");
    return new Terminal(
        new PrintWriter(System.out, true, System.out.charset()),
        new PrintWriter(System.err, true, System.err.charset()),
        person,
        person && noColor.isEmpty());
  }

  /** One problem and what to do about it. */
  void problem(String message, String hint) {
    err.println("waypoint: " + message);
    err.println("  hint: " + hint);
  }

  String bold(String text) {
    return color ? "\u001b[1m" + text + "\u001b[0m" : text;
  }

  String dim(String text) {
    return color ? "\u001b[2m" + text + "\u001b[0m" : text;
  }
}
