// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

/** Ends a command with an exit code and two lines for the person who ran it. */
final class Outcome extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String hint;

  /**
   * @param code one of {@link ExitCode}
   * @param hint what to do about it
   */
  Outcome(int code, String message, String hint) {
    super(message, null, false, false);
    this.code = code;
    this.hint = hint;
  }

  int code() {
    return code;
  }

  String hint() {
    return hint;
  }
}
