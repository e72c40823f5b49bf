// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A second opinion, as plain as can be: reads bytes that were let through as RFC 9112 says, and
 * fails on anything else. It shares no code with the scanner.
 */
final class StrictReader {
  /** What the decoder must have seen as well. */
  record Seen(String method, String target, long bodyBytes) {}

  private final String bytes;
  private int at;

  private StrictReader(String bytes) {
    this.bytes = bytes;
  }

  /** Whole requests; the last one may lack a part of its body. */
  static List<Seen> read(String bytes) {
    var reader = new StrictReader(bytes);
    List<Seen> seen = new ArrayList<>();
    while (reader.at < bytes.length()) {
      reader.blankLines();
      if (reader.at < bytes.length()) {
        seen.add(reader.request());
      }
    }
    return seen;
  }

  private void blankLines() {
    while (bytes.startsWith("\r\n", at)) {
      at += 2;
    }
  }

  private Seen request() {
    String[] line = line().split(" ", -1);
    check(line.length == 3 && line[2].matches("HTTP/1\\.[01]"));
    long length = 0;
    boolean chunked = false;
    for (String field = line(); !field.isEmpty(); field = line()) {
      check(field.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\\x20-\\x7e\\x80-\\xff]*"));
      int colon = field.indexOf(':');
      String value = field.substring(colon + 1).strip();
      switch (field.substring(0, colon).toLowerCase(Locale.ROOT)) {
        case "content-length" -> length = Long.parseLong(value);
        case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
        default -> {}
      }
    }
    return new Seen(line[0], line[1], chunked ? chunks() : take(length));
  }

  private long chunks() {
    long sum = 0;
    while (at < bytes.length()) {
      String line = line();
      check(line.matches("[0-9A-Fa-f]{1,8}(;.*)?"));
      long size = Long.parseLong(line.split(";", 2)[0], 16);
      if (size == 0) {
        while (!line().isEmpty()) {}
        return sum;
      }
      sum += take(size);
      if (at < bytes.length()) {
        check(line().isEmpty());
      }
    }
    return sum;
  }

  private long take(long wanted) {
    long taken = Math.min(wanted, bytes.length() - at);
    at += (int) taken;
    return taken;
  }

  private String line() {
    int end = bytes.indexOf("\r\n", at);
    check(end >= 0);
    String line = bytes.substring(at, end);
    at = end + 2;
    return line;
  }

  private void check(boolean holds) {
    if (!holds) {
      throw new AssertionError("not strict at " + at + ": " + bytes);
    }
  }
}
