// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pattern for what can be tested without an engine. It understands little, and gives up on
 * all else: what it returns means exactly what the pattern means.
 */
final class RegexReader {
  private static final String META = "\\^$.|?*+()[]{}";

  private final String body;

  /** A pattern is matched against the whole text, which makes outer anchors redundant. */
  RegexReader(String pattern) {
    int from = pattern.startsWith("^") ? 1 : 0;
    boolean anchored = pattern.endsWith("$") && !isEscaped(pattern, pattern.length() - 1);
    body = pattern.substring(from, Math.max(from, pattern.length() - (anchored ? 1 : 0)));
  }

  /** Literal text that every match begins with. */
  String prefix() {
    StringBuilder prefix = new StringBuilder();
    if (body.indexOf('|') >= 0) {
      return "";
    }
    int i = 0;
    while (i < body.length() && isLiteral(body, i)) {
      i += body.charAt(i) == '\\' ? 1 : 0;
      prefix.append(body.charAt(i++));
    }
    if (!prefix.isEmpty() && !standsAlone(body, i)) {
      prefix.setLength(prefix.length() - 1);
    }
    return prefix.toString();
  }

  /** Whether what begins here surely does not quantify the character before. */
  private static boolean standsAlone(String text, int i) {
    return i == text.length()
        || ".[$".indexOf(text.charAt(i)) >= 0
        || (text.charAt(i) == '(' && !text.startsWith("(?", i));
  }

  /** The alternatives, or nothing when there is more to the pattern than that. */
  List<Glob> globs() {
    String alternatives = body;
    if (body.startsWith("(") && body.endsWith(")")) {
      alternatives = body.substring(body.startsWith("(?:") ? 3 : 1, body.length() - 1);
    }
    List<Glob> globs = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= alternatives.length(); i++) {
      if (i == alternatives.length()
          || (alternatives.charAt(i) == '|' && !isEscaped(alternatives, i))) {
        Glob glob = glob(alternatives.substring(from, i));
        if (glob == null) {
          return List.of();
        }
        globs.add(glob);
        from = i + 1;
      }
    }
    return List.copyOf(globs);
  }

  private static @Nullable Glob glob(String text) {
    List<String> literals = new ArrayList<>();
    List<Integer> gaps = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (isWildcard(text, i)) {
        if (!gaps.isEmpty() && literal.isEmpty()) {
          return null;
        }
        literals.add(literal.toString());
        literal.setLength(0);
        gaps.add(text.charAt(++i) == '+' ? 1 : 0);
      } else if (isLiteral(text, i)) {
        i += text.charAt(i) == '\\' ? 1 : 0;
        literal.append(text.charAt(i));
      } else {
        return null;
      }
    }
    literals.add(literal.toString());
    return new Glob(literals, gaps);
  }

  /** {@code .*} or {@code .+}, and nothing that would quantify it again. */
  private static boolean isWildcard(String text, int i) {
    return text.charAt(i) == '.'
        && i + 1 < text.length()
        && (text.charAt(i + 1) == '*' || text.charAt(i + 1) == '+')
        && (i + 2 == text.length() || "?*+{".indexOf(text.charAt(i + 2)) < 0);
  }

  /** A printable ASCII character that stands for itself, or an escaped punctuation character. */
  private static boolean isLiteral(String text, int i) {
    char c = text.charAt(i);
    if (c != '\\') {
      return c >= ' ' && c < 0x7f && META.indexOf(c) < 0;
    }
    return i + 1 < text.length() && isPunctuation(text.charAt(i + 1));
  }

  private static boolean isPunctuation(char c) {
    return c > ' ' && c < 0x7f && !Character.isLetterOrDigit(c);
  }

  private static boolean isEscaped(String text, int i) {
    int backslashes = 0;
    while (i - backslashes > 0 && text.charAt(i - backslashes - 1) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }
}
