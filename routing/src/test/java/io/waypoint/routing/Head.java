// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request written as {@code "GET /path?query h:version=one"}; the method may be left out. Headers
 * of one name are joined, as the proxy does.
 */
record Head(String method, String path, @Nullable String query, Map<String, String> headers)
    implements RequestHead {
  static Head of(String text) {
    String method = "GET";
    String target = "/";
    Map<String, String> headers = new HashMap<>();
    for (String word : text.split(" ")) {
      if (word.startsWith("h:")) {
        int equals = word.indexOf('=');
        headers.merge(
            word.substring(2, equals).toLowerCase(Locale.ROOT),
            word.substring(equals + 1),
            (first, next) -> first + "," + next);
      } else if (word.startsWith("/")) {
        target = word;
      } else {
        method = word;
      }
    }
    int mark = target.indexOf('?');
    return mark < 0
        ? new Head(method, target, null, headers)
        : new Head(method, target.substring(0, mark), target.substring(mark + 1), headers);
  }

  @Override
  public @Nullable String header(String name) {
    return headers.get(name);
  }
}
