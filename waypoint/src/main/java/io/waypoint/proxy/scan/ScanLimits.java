// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy.scan;

/**
 * How much of each thing a request may have, in bytes unless the name says otherwise. The decoder
 * behind the scanner needs limits at least as large, or it would refuse in its own way.
 *
 * @param target the path with its query
 * @param fieldCount how many field lines a head, or a trailer section, may have
 * @param fields all field lines of a head, or of a trailer section, with their line ends
 */
public record ScanLimits(int target, int fieldCount, int fields) {
  public static final ScanLimits DEFAULTS = new ScanLimits(8 * 1024, 100, 60 * 1024);

  public static final int METHOD = 32;

  /** One field line. */
  public static final int FIELD = 16 * 1024;

  /** Host and port. */
  public static final int AUTHORITY = 255 + 6;

  /** What a content length may announce: a terabyte. */
  public static final long BODY = 1L << 40;

  public static final int CHUNK_SIZE_DIGITS = 8;

  /** The line with a chunk's size and its extensions. */
  public static final int CHUNK_LINE = 1024;

  /** The extensions of all chunks of a message. */
  public static final int CHUNK_EXTENSIONS = 16 * 1024;

  /** Empty lines before a request line. */
  public static final int BLANK_LINES = 2;

  public ScanLimits {
    if (target < 1 || fieldCount < 1 || fields < 1) {
      throw new IllegalArgumentException("limits of a request are positive");
    }
  }

  /** Method, target, version and the two spaces between. */
  public int requestLine() {
    return METHOD + target + 10;
  }

  /** The longest line there may be. */
  int line() {
    return Math.max(FIELD, requestLine());
  }
}
