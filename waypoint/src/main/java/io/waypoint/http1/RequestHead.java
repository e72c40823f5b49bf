// SPDX-License-Identifier: Apache-2.0
package io.waypoint.http1;

import io.waypoint.refusal.Refusal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A request's head, from the bytes of all its lines. One for a connection: each head takes the
 * place of the one before, except for its fields.
 */
final class RequestHead {
  /** A target that is remembered because callers ask for the same again. */
  private static final int LONGEST_SAME = 128;

  private static final Fields NO_FIELDS = new Fields();

  private final Wording wording = new Wording();
  String method = "";
  private String target = "";
  private String lastTarget = "";
  boolean http10;
  private Fields fields = new Fields();
  boolean chunked;

  /** Of a body that is not chunked; 0 without one. */
  long length;

  /** Hands over the target: an idle connection keeps no long one. */
  String takeTarget() {
    String taken = target;
    target = "";
    return taken;
  }

  /** Hands over the fields: an idle connection does not keep them. */
  Fields takeFields() {
    Fields taken = fields;
    fields = NO_FIELDS;
    return taken;
  }

  /** Reads lines that end with an empty one, between two places. */
  @Nullable Refusal read(byte[] bytes, int from, int to) {
    int end = lineEnd(bytes, from, to);
    if (end < 0) {
      return Refusal.REQUEST_LINE_END;
    }
    Refusal wrong = requestLine(bytes, from, end);
    fields = new Fields();
    chunked = false;
    length = Lengths.UNKNOWN;
    for (int at = end + 2; wrong == null && at < to - 2; at = end + 2) {
      end = lineEnd(bytes, at, to);
      wrong = end < 0 ? Refusal.REQUEST_LINE_END : field(bytes, at, end);
    }
    if (wrong != null) {
      return wrong;
    }
    if (bytes[to - 2] != '\r') {
      return Refusal.REQUEST_LINE_END;
    }
    if (chunked && (length != Lengths.UNKNOWN || http10)) {
      return Refusal.REQUEST_FRAMING;
    }
    length = Math.max(0, length);
    return null;
  }

  /** The place of a line's CR; negative when it does not end with CRLF. */
  private static int lineEnd(byte[] bytes, int from, int to) {
    int i = from;
    while (bytes[i] != '\r' && bytes[i] != '\n' && i < to - 1) {
      i++;
    }
    return bytes[i] == '\r' && i + 1 < to && bytes[i + 1] == '\n' ? i : -1;
  }

  private @Nullable Refusal requestLine(byte[] bytes, int from, int end) {
    int first = from;
    while (first < end && Text.isToken(bytes[first])) {
      first++;
    }
    if (first == from || first == end || bytes[first] != ' ') {
      return Refusal.REQUEST_LINE;
    }
    int second = first + 1;
    while (second < end && bytes[second] > ' ' && bytes[second] != 0x7f) {
      second++;
    }
    if (second == first + 1 || second == end || bytes[second] != ' ') {
      return Refusal.REQUEST_LINE;
    }
    Refusal wrong = version(bytes, second + 1, end);
    if (wrong == null) {
      method = method(bytes, from, first - from);
      target = target(bytes, first + 1, second - first - 1);
    }
    return wrong;
  }

  private @Nullable Refusal version(byte[] bytes, int from, int end) {
    boolean http =
        end - from == 8
            && bytes[from] == 'H'
            && bytes[from + 1] == 'T'
            && bytes[from + 2] == 'T'
            && bytes[from + 3] == 'P'
            && bytes[from + 4] == '/'
            && bytes[from + 6] == '.';
    if (!http) {
      return Refusal.REQUEST_LINE;
    }
    http10 = bytes[from + 7] == '0';
    boolean known = bytes[from + 5] == '1' && (http10 || bytes[from + 7] == '1');
    return known ? null : Refusal.REQUEST_VERSION;
  }

  private static String method(byte[] bytes, int at, int length) {
    if (length == 3 && bytes[at] == 'G' && bytes[at + 1] == 'E' && bytes[at + 2] == 'T') {
      return "GET";
    }
    String method = new String(bytes, at, length, StandardCharsets.ISO_8859_1);
    return switch (method) {
      case "POST" -> "POST";
      case "PUT" -> "PUT";
      case "HEAD" -> "HEAD";
      case "DELETE" -> "DELETE";
      case "OPTIONS" -> "OPTIONS";
      case "PATCH" -> "PATCH";
      default -> method;
    };
  }

  private String target(byte[] bytes, int at, int length) {
    boolean equal = lastTarget.length() == length;
    for (int i = 0; equal && i < length; i++) {
      equal = lastTarget.charAt(i) == (bytes[at + i] & 0xff);
    }
    if (equal) {
      return lastTarget;
    }
    String read = new String(bytes, at, length, StandardCharsets.ISO_8859_1);
    lastTarget = length <= LONGEST_SAME ? read : "";
    return read;
  }

  private @Nullable Refusal field(byte[] bytes, int from, int end) {
    if (bytes[from] == ' ' || bytes[from] == '\t') {
      return Refusal.REQUEST_FIELD_FOLDED;
    }
    int colon = colon(bytes, from, end);
    if (colon < 0) {
      return Refusal.REQUEST_FIELD_SYNTAX;
    }
    int start = colon + 1;
    while (start < end && Text.isBlank(bytes[start])) {
      start++;
    }
    int stop = end;
    while (stop > start && Text.isBlank(bytes[stop - 1])) {
      stop--;
    }
    if (!isText(bytes, start, stop)) {
      return Refusal.REQUEST_FIELD_SYNTAX;
    }
    String name = Wording.name(bytes, from, colon - from);
    String value = wording.value(fields.count(), bytes, start, stop - start);
    fields.received(name, value);
    return switch (name.length()) {
      case 14 -> name.equalsIgnoreCase("content-length") ? length(value) : null;
      case 17 -> name.equalsIgnoreCase("transfer-encoding") ? coding(value) : null;
      default -> null;
    };
  }

  private @Nullable Refusal length(String value) {
    long stated = Lengths.parse(value);
    if (length != Lengths.UNKNOWN || stated == Lengths.UNKNOWN) {
      return Refusal.REQUEST_CONTENT_LENGTH;
    }
    length = stated;
    return null;
  }

  private @Nullable Refusal coding(String value) {
    if (chunked || !value.equalsIgnoreCase("chunked")) {
      return Refusal.REQUEST_TRANSFER_ENCODING;
    }
    chunked = true;
    return null;
  }

  /** Whether these lines, which end with an empty one, are fields. */
  static boolean areTrailers(byte[] bytes, int to) {
    int end;
    for (int at = 0; at < to - 2; at = end + 2) {
      end = lineEnd(bytes, at, to);
      if (end < 0 || colon(bytes, at, end) < 0 || !isText(bytes, at, end)) {
        return false;
      }
    }
    return to >= 2 && bytes[to - 2] == '\r';
  }

  /** Where a name ends; negative if this is no field line. */
  private static int colon(byte[] bytes, int from, int end) {
    int i = from;
    while (i < end && Text.isToken(bytes[i])) {
      i++;
    }
    return i > from && i < end && bytes[i] == ':' ? i : -1;
  }

  /** Visible characters, blanks between them, and whatever is beyond ASCII. */
  private static boolean isText(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!Text.isVisible(bytes[i])) {
        return false;
      }
    }
    return true;
  }
}
