// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

/** What Kubernetes accepts as a name. */
final class Names {
  private Names() {}

  /** RFC 1123 label: at most 63 of {@code a-z0-9-}. */
  static boolean isLabel(String name) {
    return name.length() <= 63 && name.indexOf('.') < 0 && isSubdomain(name);
  }

  /** RFC 1123 subdomain: labels joined by dots, at most 253 characters. */
  static boolean isSubdomain(String name) {
    if (name.isEmpty() || name.length() > 253) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean inner = i > 0 && i + 1 < name.length();
      boolean alphanumeric = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
      boolean joins = inner && (c == '-' || c == '.' && isAlphanumeric(name, i - 1, i + 1));
      if (!alphanumeric && !joins) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAlphanumeric(String name, int... places) {
    for (int place : places) {
      char c = name.charAt(place);
      if (c == '.' || c == '-') {
        return false;
      }
    }
    return true;
  }
}
