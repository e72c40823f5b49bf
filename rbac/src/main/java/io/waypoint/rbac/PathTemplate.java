// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import java.util.ArrayList;
import java.util.List;

/**
 * A path with operators: <code>{*}</code> is one segment that is not empty, <code>{**}</code> any
 * bytes. Unlike Envoy's, an operator takes every byte, so that no odd character slips past a DENY.
 *
 * @param head the segments before <code>{**}</code>; an empty operator stands for one segment
 * @param open whether there is a <code>{**}</code>
 * @param tail what must end the path behind it, from its slash on
 */
record PathTemplate(List<Segment> head, boolean open, String tail) implements TextPattern {
  /**
   * @param literal meaningless when {@code any}
   */
  record Segment(String literal, boolean any) {}

  static boolean isTemplate(String value) {
    return value.contains("{*}") || value.contains("{**}");
  }

  /**
   * @throws IllegalArgumentException when an operator is not a whole segment, or one follows <code>
   *     {**}</code>
   */
  static PathTemplate parse(String value) {
    if (!value.startsWith("/")) {
      throw new IllegalArgumentException("the template \"" + value + "\" does not begin with /");
    }
    List<Segment> head = new ArrayList<>();
    boolean open = false;
    var tail = new StringBuilder();
    for (String text : value.substring(1).split("/", -1)) {
      boolean one = text.equals("{*}") || text.equals("*");
      boolean all = text.equals("{**}") || text.equals("**");
      if (open && (one || all)) {
        throw new IllegalArgumentException("in \"" + value + "\" an operator follows {**}");
      }
      if (!one && !all && !isLiteral(text)) {
        throw new IllegalArgumentException(
            "in \""
                + value
                + "\" the segment \""
                + text
                + "\" is neither a literal nor an operator");
      }
      if (open) {
        tail.append('/').append(text);
      } else if (!all) {
        head.add(new Segment(one ? "" : text, one));
      }
      open |= all;
    }
    return new PathTemplate(List.copyOf(head), open, tail.toString());
  }

  /** RFC 3986 pchar. */
  private static boolean isLiteral(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      if (!letter && "-._~%!$&'()*+,;=:@".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean matches(String path) {
    int at = 0;
    for (int i = 0; i < head.size(); i++) {
      Segment segment = head.get(i);
      if (at >= path.length() || path.charAt(at) != '/') {
        return false;
      }
      at++;
      if (segment.any()) {
        int end = path.indexOf('/', at);
        end = end < 0 ? path.length() : end;
        if (end == at) {
          return false;
        }
        at = end;
      } else if (path.startsWith(segment.literal(), at)) {
        at += segment.literal().length();
      } else {
        return false;
      }
    }
    if (!open) {
      return at == path.length();
    }
    return at < path.length()
        && path.charAt(at) == '/'
        && path.length() - tail.length() > at
        && path.endsWith(tail);
  }

  @Override
  public String literalPrefix() {
    var prefix = new StringBuilder();
    for (Segment segment : head) {
      prefix.append('/');
      if (segment.any()) {
        return prefix.toString();
      }
      prefix.append(segment.literal());
    }
    return open ? prefix.append('/').toString() : prefix.toString();
  }
}
