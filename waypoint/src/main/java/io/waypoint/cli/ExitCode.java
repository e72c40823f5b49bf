// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

/** What the process answers its caller; documented in {@code waypoint --help}. */
final class ExitCode {
  static final int OK = 0;

  /** Something is wrong with what was looked at: problems in a file, a failed rehearsal. */
  static final int PROBLEMS = 1;

  static final int USAGE = 2;

  /** Input that cannot be used: the configuration does not load. */
  static final int CONFIG = 78;

  static final int NO_INPUT = 66;
  static final int UNAVAILABLE = 69;
  static final int SOFTWARE = 70;
  static final int IO_ERROR = 74;

  private ExitCode() {}
}
