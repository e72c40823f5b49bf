// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

/**
 * How an answer's body ends, and whether its connection goes on (RFC 9112 sections 6.3 and 9.3).
 * What could be understood in two ways is refused.
 *
 * @param length in bytes; negative when it is not stated
 */
record ResponseFraming(long length, boolean chunked, boolean keepsAlive) {
  static ResponseFraming of(Fields fields, boolean http10) throws MalformedMessageException {
    long length = Lengths.UNKNOWN;
    boolean chunked = false;
    boolean close = false;
    boolean keep = false;
    for (int i = 0; i < fields.count(); i++) {
      String name = fields.name(i);
      switch (name.length()) {
        case 10 -> {
          if (Text.same("connection", name)) {
            close |= Text.lists(fields.value(i), "close");
            keep |= Text.lists(fields.value(i), "keep-alive");
          }
        }
        case 14 -> {
          if (Text.same("content-length", name)) {
            if (length >= 0) {
              throw new MalformedMessageException("a length is stated twice");
            }
            length = length(fields.value(i));
          }
        }
        case 17 -> {
          if (Text.same("transfer-encoding", name)) {
            if (chunked || http10 || !Text.same("chunked", fields.value(i))) {
              throw new MalformedMessageException("a transfer coding is not chunked alone");
            }
            chunked = true;
          }
        }
        default -> {}
      }
    }
    if (chunked && length >= 0) {
      throw new MalformedMessageException("an answer in chunks states a length");
    }
    return new ResponseFraming(length, chunked, !close && (!http10 || keep));
  }

  private static long length(String text) throws MalformedMessageException {
    long length = Lengths.parse(text);
    if (length < 0) {
      throw new MalformedMessageException("a length is no number");
    }
    return length;
  }
}
