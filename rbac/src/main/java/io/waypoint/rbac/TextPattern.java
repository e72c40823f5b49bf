// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.util.List;

/**
 * A compiled text value. Matching takes time linear in the text; what repeats comes from policy,
 * never from a request.
 */
sealed interface TextPattern
    permits TextPattern.Exact,
        TextPattern.Prefix,
        TextPattern.Suffix,
        TextPattern.Anything,
        TextPattern.Glob,
        PathTemplate,
        IdentityPattern {
  boolean matches(String text);

  /** Every match begins with this text; empty when nothing is known. */
  default String literalPrefix() {
    return "";
  }

  /** Istio's generic form: {@code abc}, {@code abc*}, {@code *abc}, {@code *} for non-empty. */
  static TextPattern parse(String value) {
    return value.equals("*") ? Anything.NON_EMPTY : affix(value, false);
  }

  /** As {@link #parse}, but {@code *} asks for presence alone: headers and methods. */
  static TextPattern parsePresence(String value) {
    return value.equals("*") ? Anything.PRESENT : affix(value, false);
  }

  /** As {@link #parsePresence}, without regard to letter case: hosts. */
  static TextPattern parseHost(String value) {
    return value.equals("*") ? Anything.PRESENT : affix(value, true);
  }

  private static TextPattern affix(String value, boolean ignoreCase) {
    if (value.startsWith("*")) {
      return new Suffix(value.substring(1), ignoreCase);
    }
    return value.endsWith("*")
        ? new Prefix(value.substring(0, value.length() - 1), ignoreCase)
        : new Exact(value, ignoreCase);
  }

  record Exact(String value, boolean ignoreCase) implements TextPattern {
    @Override
    public boolean matches(String text) {
      return ignoreCase ? value.equalsIgnoreCase(text) : value.equals(text);
    }

    @Override
    public String literalPrefix() {
      return ignoreCase ? "" : value;
    }
  }

  record Prefix(String value, boolean ignoreCase) implements TextPattern {
    @Override
    public boolean matches(String text) {
      return text.regionMatches(ignoreCase, 0, value, 0, value.length());
    }

    @Override
    public String literalPrefix() {
      return ignoreCase ? "" : value;
    }
  }

  record Suffix(String value, boolean ignoreCase) implements TextPattern {
    @Override
    public boolean matches(String text) {
      int start = text.length() - value.length();
      return text.regionMatches(ignoreCase, start, value, 0, value.length());
    }
  }

  enum Anything implements TextPattern {
    PRESENT,
    NON_EMPTY;

    @Override
    public boolean matches(String text) {
      return this == PRESENT || !text.isEmpty();
    }
  }

  /**
   * Pieces with anything between them.
   *
   * @param pieces the first begins the text, the last ends it, the others follow in order
   */
  record Glob(List<String> pieces) implements TextPattern {
    static Glob parse(String value) {
      return new Glob(List.of(value.split("\\*", -1)));
    }

    @Override
    public boolean matches(String text) {
      String first = pieces.getFirst();
      String last = pieces.getLast();
      int end = text.length() - last.length();
      if (pieces.size() == 1 || end < first.length()) {
        return pieces.size() == 1 && first.equals(text);
      }
      if (!text.startsWith(first) || !text.endsWith(last)) {
        return false;
      }
      int at = first.length();
      for (int i = 1; i < pieces.size() - 1; i++) {
        String piece = pieces.get(i);
        int found = text.indexOf(piece, at);
        if (found < 0 || found + piece.length() > end) {
          return false;
        }
        at = found + piece.length();
      }
      return true;
    }

    @Override
    public String literalPrefix() {
      return pieces.getFirst();
    }
  }
}
