// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac.jwt;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON (RFC 8259) as a security decision needs it: what two readers could understand differently is
 * refused. That is a name that appears twice in an object, anything behind the value, text that is
 * no UTF-8, and nesting beyond what any token has. Libraries are more lenient, or answer such input
 * with one of the two values.
 */
final class StrictJson {
  private static final int DEEPEST = 32;

  /** The text is not JSON of the strict kind. */
  static final class MalformedJsonException extends Exception {
    MalformedJsonException(String message) {
      super(message, null, false, false);
    }
  }

  private final String text;
  private int at;

  private StrictJson(String text) {
    this.text = text;
  }

  /** The object that some bytes hold. */
  static Map<String, Object> object(byte[] utf8) throws MalformedJsonException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedJsonException("not UTF-8");
    }
    return object(text);
  }

  /**
   * The object that a text holds: texts, whole numbers as Long, others as Double, booleans, lists
   * and maps. Members that are null are left out.
   */
  static Map<String, Object> object(String text) throws MalformedJsonException {
    var reader = new StrictJson(text);
    reader.space();
    Map<String, Object> object = reader.members(1);
    reader.space();
    if (reader.at != text.length()) {
      throw reader.malformed("something stands behind the object");
    }
    return object;
  }

  private Map<String, Object> members(int depth) throws MalformedJsonException {
    expect('{');
    Map<String, Object> members = new LinkedHashMap<>();
    Set<String> absent = new HashSet<>();
    space();
    if (skip('}')) {
      return members;
    }
    do {
      space();
      String name = string();
      space();
      expect(':');
      Object value = value(depth);
      if (members.containsKey(name) || absent.contains(name)) {
        throw malformed("a name appears twice");
      }
      if (value == null) {
        absent.add(name);
      } else {
        members.put(name, value);
      }
      space();
    } while (skip(','));
    expect('}');
    return members;
  }

  private List<Object> items(int depth) throws MalformedJsonException {
    expect('[');
    List<Object> items = new ArrayList<>();
    space();
    if (skip(']')) {
      return items;
    }
    do {
      Object value = value(depth);
      if (value != null) {
        items.add(value);
      }
      space();
    } while (skip(','));
    expect(']');
    return items;
  }

  private @Nullable Object value(int depth) throws MalformedJsonException {
    space();
    char c = at < text.length() ? text.charAt(at) : 0;
    if ((c == '{' || c == '[') && depth == DEEPEST) {
      throw malformed("nested too deep");
    }
    return switch (c) {
      case '{' -> members(depth + 1);
      case '[' -> items(depth + 1);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private @Nullable Object word(String word, @Nullable Object value) throws MalformedJsonException {
    if (!text.startsWith(word, at)) {
      throw malformed("not a value");
    }
    at += word.length();
    return value;
  }

  private String string() throws MalformedJsonException {
    expect('"');
    int start = at;
    while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\\') {
      plain(text.charAt(at++));
    }
    if (at < text.length() && text.charAt(at) == '"') {
      return text.substring(start, at++);
    }
    var string = new StringBuilder(text.substring(start, at));
    while (true) {
      char c = next();
      if (c == '"') {
        return string.toString();
      }
      string.append(c == '\\' ? escaped() : plain(c));
    }
  }

  private char plain(char c) throws MalformedJsonException {
    if (c < 0x20) {
      throw malformed("a control character in a string");
    }
    return c;
  }

  private char escaped() throws MalformedJsonException {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw malformed("no such escape");
    };
  }

  private char unicode() throws MalformedJsonException {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      char c = next();
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw malformed("no such escape");
      }
      value = value << 4 | digit;
    }
    return (char) value;
  }

  private Object number() throws MalformedJsonException {
    int start = at;
    skip('-');
    int first = at;
    int whole = digits();
    if (whole == 0 || whole > 1 && text.charAt(first) == '0') {
      throw malformed("not a value");
    }
    boolean integral = true;
    if (skip('.')) {
      integral = false;
      required(digits());
    }
    if (skip('e') || skip('E')) {
      integral = false;
      if (!skip('-')) {
        skip('+');
      }
      required(digits());
    }
    String digits = text.substring(start, at);
    if (integral && digits.length() <= 18) {
      return Long.valueOf(digits);
    }
    double value = Double.parseDouble(digits);
    if (Double.isInfinite(value)) {
      throw malformed("a number beyond all bounds");
    }
    return value;
  }

  private int digits() {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at - start;
  }

  private void required(int digits) throws MalformedJsonException {
    if (digits == 0) {
      throw malformed("digits are missing");
    }
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean skip(char c) {
    boolean there = at < text.length() && text.charAt(at) == c;
    at += there ? 1 : 0;
    return there;
  }

  private void expect(char c) throws MalformedJsonException {
    if (!skip(c)) {
      throw malformed("expected " + c);
    }
  }

  private char next() throws MalformedJsonException {
    if (at >= text.length()) {
      throw malformed("the text ends early");
    }
    return text.charAt(at++);
  }

  private MalformedJsonException malformed(String problem) {
    return new MalformedJsonException(problem + " at character " + at);
  }
}
