// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

/** A query as text; what is not touched stays as it was, byte for byte. */
final class QueryParameters {
  private QueryParameters() {}

  /** Without any parameter of a name. */
  static String without(String query, String name) {
    if (!query.contains(name)) {
      return query;
    }
    var kept = new StringBuilder(query.length());
    for (int start = 0; start <= query.length(); ) {
      int end = query.indexOf('&', start);
      end = end < 0 ? query.length() : end;
      int value = start + name.length();
      boolean named =
          query.startsWith(name, start)
              && (value == end || value < end && query.charAt(value) == '=');
      if (!named) {
        kept.append(kept.isEmpty() ? "" : "&").append(query, start, end);
      }
      start = end + 1;
    }
    return kept.toString();
  }
}
