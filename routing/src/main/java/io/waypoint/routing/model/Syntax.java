// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What names, values, paths and patterns may look like. */
final class Syntax {
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+\\-.^_`|~]+");
  private static final Pattern PATH =
      Pattern.compile("/(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})*");
  private static final Pattern SECTION =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  /** Shapes that a canonical request path never has, so that such a match would be dead. */
  private static final List<String> NOT_IN_PATH = List.of("//", "/./", "/../", "%2f", "%2F");

  /** What Gateway API takes for a gRPC service and a gRPC method. */
  static final Pattern SERVICE = Pattern.compile("(?i)\\.?[a-z_][a-z_0-9]*(\\.[a-z_][a-z_0-9]*)*");

  static final Pattern METHOD = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");

  private Syntax() {}

  static void call(@Nullable ValueMatch name, Pattern syntax, String what) {
    if (name == null) {
      return;
    }
    Limits.length(1, 1024, name.text(), what);
    if (name instanceof ValueMatch.Exact(String text) && !syntax.matches(text)) {
      throw new IllegalArgumentException("\"" + text + "\" is not a gRPC " + what);
    }
  }

  static void fieldName(String name) {
    Limits.length(1, 256, name, "name \"" + name + "\"");
    if (!TOKEN.matches(name)) {
      throw new IllegalArgumentException("\"" + name + "\" is not a header or parameter name");
    }
  }

  static void fieldValue(String name, String value) {
    boolean padded = value.charAt(0) <= ' ' || value.charAt(value.length() - 1) <= ' ';
    if (padded || value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f || c > 0xff)) {
      throw new IllegalArgumentException(
          "the value of header " + name + " has characters that no header may have");
    }
  }

  static void path(String value) {
    Limits.length(1, 1024, value, "path value");
    if (!PATH.matches(value)) {
      throw new IllegalArgumentException(
          "path value \"" + value + "\" is not an absolute path of URI characters");
    }
    for (String shape : NOT_IN_PATH) {
      if (value.contains(shape)) {
        throw new IllegalArgumentException(
            "path value \"" + value + "\" must not contain " + shape);
      }
    }
    if (value.endsWith("/.") || value.endsWith("/..")) {
      throw new IllegalArgumentException(
          "path value \"" + value + "\" must not end in a dot segment");
    }
  }

  static void sectionName(String name) {
    Limits.length(1, 253, name, "rule name");
    if (!SECTION.matches(name)) {
      throw new IllegalArgumentException("\"" + name + "\" is not a rule name");
    }
  }

  /** A precise host name, as the API defines it: no wildcard, no port; null is none. */
  static void hostname(@Nullable String name) {
    if (name != null && (name.length() > 253 || !SECTION.matches(name))) {
      throw new IllegalArgumentException("\"" + name + "\" is not a host name");
    }
  }

  static void regex(String pattern) {
    Limits.length(1, 4096, pattern, "pattern");
    if (RegexCost.of(pattern) > RegexCost.LARGEST) {
      throw new IllegalArgumentException(
          "pattern \"" + pattern + "\" repeats or nests too much to be matched quickly");
    }
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("pattern \"" + pattern + "\": " + e.getDescription(), e);
    }
  }
}
