// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

/**
 * How much a request may have of each thing, in bytes unless the name says otherwise.
 *
 * @param line the request line
 * @param fields all field lines of a head, or of a trailer section, with their line ends
 * @param fieldCount how many lines those may be
 */
public record RequestLimits(int line, int fields, int fieldCount) {
  /** Empty lines before a request line. */
  static final int BLANK_LINES = 2;

  /** The digits of a chunk's size. */
  static final int CHUNK_DIGITS = 8;

  /** The line with a chunk's size and its extensions. */
  static final int CHUNK_LINE = 1024;

  /** What the lines of all chunks of a message may have beyond the sizes. */
  static final int EXTENSIONS = 16 * 1024;

  public RequestLimits {
    if (line < 1 || fields < 1 || fieldCount < 1) {
      throw new IllegalArgumentException("limits of a request are positive");
    }
  }
}
