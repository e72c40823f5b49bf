// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

/**
 * Field lines (RFC 9112 section 5). Neither a folded line nor a space before the colon is taken,
 * and of control characters only the tab.
 */
final class FieldLines {
  private FieldLines() {}

  /**
   * Reads fields up to the empty line.
   *
   * @param at where the first one begins; every line ends with CR and LF, the last one is empty
   */
  static void read(byte[] bytes, int at, int end, Wording wording, Fields into)
      throws MalformedMessageException {
    int place = 0;
    int next = at;
    while (next < end - 2) {
      int colon = next;
      while (Text.isToken(bytes[colon])) {
        colon++;
      }
      if (colon == next || bytes[colon] != ':') {
        throw new MalformedMessageException("a field has no name");
      }
      int start = colon + 1;
      while (Text.isBlank(bytes[start])) {
        start++;
      }
      int stop = endOfLine(bytes, start);
      int last = stop;
      while (last > start && Text.isBlank(bytes[last - 1])) {
        last--;
      }
      into.received(
          Wording.name(bytes, next, colon - next),
          wording.value(place++, bytes, start, last - start));
      next = stop + 2;
    }
  }

  /** Where the CR is; it is followed by LF, or the line is malformed. */
  static int endOfLine(byte[] bytes, int from) throws MalformedMessageException {
    int at = from;
    while (Text.isVisible(bytes[at])) {
      at++;
    }
    if (bytes[at] != '\r' || bytes[at + 1] != '\n') {
      throw new MalformedMessageException("a line holds a control character");
    }
    return at;
  }
}
