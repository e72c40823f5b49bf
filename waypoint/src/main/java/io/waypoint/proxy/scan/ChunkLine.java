// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy.scan;

/**
 * The line before a chunk (RFC 9112 section 7.1): its size in hexadecimal digits, maybe extensions
 * {@code ;name}, {@code ;name=token} or {@code ;name="text"}.
 */
final class ChunkLine {
  private ChunkLine() {}

  /** Where the digits end, or -1 if this is no such line. */
  static int digits(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && Character.digit(bytes[i], 16) >= 0) {
      i++;
    }
    boolean isNumber = i > from && i - from <= ScanLimits.CHUNK_SIZE_DIGITS;
    return isNumber && endsInExtensions(bytes, i, to) ? i : -1;
  }

  static long size(byte[] bytes, int from, int digits) {
    long size = 0;
    for (int i = from; i < digits; i++) {
      size = size << 4 | Character.digit(bytes[i], 16);
    }
    return size;
  }

  private static boolean endsInExtensions(byte[] bytes, int from, int to) {
    int at = from;
    while (at >= 0 && at < to) {
      at = bytes[at] == ';' ? extension(bytes, Octets.start(bytes, at + 1, to), to) : -1;
    }
    return at == to;
  }

  /** Where the extension ends, or -1. */
  private static int extension(byte[] bytes, int from, int to) {
    int name = token(bytes, from, to);
    if (name < 0 || name == to || bytes[name] != '=') {
      return name;
    }
    boolean isQuoted = name + 1 < to && bytes[name + 1] == '"';
    return isQuoted ? quoted(bytes, name + 2, to) : token(bytes, name + 1, to);
  }

  private static int token(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && Octets.TOKEN[bytes[i] & 0xff]) {
      i++;
    }
    return i > from ? i : -1;
  }

  private static int quoted(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '"') {
        return i + 1;
      }
      if (bytes[i] == '\\') {
        i++;
      }
      // The decoder stumbles over what is not ASCII.
      if (i < to && bytes[i] < 0) {
        return -1;
      }
    }
    return -1;
  }
}
