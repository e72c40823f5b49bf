// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy.scan;

/**
 * How much of each thing a request may have, in bytes unless the name says otherwise. The decoder
 * behind the scanner needs limits at least as large, or it would refuse in its own way.
 */
public final class ScanLimits {
  public static final int METHOD = 32;
  public static final int TARGET = 8 * 1024;

  /** Method, target, version and the two spaces between. */
  public static final int REQUEST_LINE = METHOD + TARGET + 10;

  public static final int FIELD_COUNT = 100;
  public static final int FIELD = 16 * 1024;

  /** All field lines of a head, or of a trailer section, with their line ends. */
  public static final int FIELDS = 60 * 1024;

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

  private ScanLimits() {}
}
