// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import org.jspecify.annotations.Nullable;

/** Other spellings by which a server may mean the same; strict denials look at them too. */
final class Spellings {
  private Spellings() {}

  /** What else a text may mean; null when nothing else. */
  static @Nullable String other(Subject subject, String text) {
    return switch (subject) {
      case HOST -> plainHost(text);
      case PATH -> withoutParameters(text);
      case PRINCIPAL, SNI, METHOD, TARGET -> null;
    };
  }

  /** Without the port that is the scheme's anyway, and without one dot at the end. */
  private static @Nullable String plainHost(String host) {
    int end = host.length();
    if (host.endsWith(":80")) {
      end -= ":80".length();
    } else if (host.endsWith(":443")) {
      end -= ":443".length();
    }
    if (end > 1 && host.charAt(end - 1) == '.') {
      end--;
    }
    return end == host.length() || end == 0 ? null : host.substring(0, end);
  }

  /** As servers in Java read a path: what follows a semicolon in a segment is not part of it. */
  private static @Nullable String withoutParameters(String path) {
    if (path.indexOf(';') < 0) {
      return null;
    }
    var plain = new StringBuilder(path.length());
    boolean parameter = false;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      parameter = c == ';' || parameter && c != '/';
      if (!parameter) {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
