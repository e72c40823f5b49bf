// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.routing.model.CrossOrigin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads which pages of other origins may use an answer. */
final class CrossOriginReader {
  private static final Pattern ORIGIN =
      Pattern.compile("\\*|https?://((\\*\\.)?([a-zA-Z0-9-]+\\.)*[a-zA-Z0-9-]+|\\*)(:[0-9]{1,5})?");
  private static final Pattern HEADER = Pattern.compile("\\*|[A-Za-z0-9!#$%&'*+\\-.^_`|~]{1,256}");
  private static final Pattern METHOD =
      Pattern.compile("\\*|GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH");
  private static final int MOST_METHODS = 9;
  private static final int MOST = 64;

  private CrossOriginReader() {}

  static CrossOrigin read(Doc doc) {
    doc.only(
        "allowOrigins",
        "allowMethods",
        "allowHeaders",
        "exposeHeaders",
        "allowCredentials",
        "maxAge");
    Doc maxAge = doc.field("maxAge");
    int seconds = (int) CrossOrigin.DEFAULT_MAX_AGE.toSeconds();
    return new CrossOrigin(
        names(doc.field("allowOrigins"), MOST, ORIGIN, "an origin"),
        names(doc.field("allowMethods"), MOST_METHODS, METHOD, "a method"),
        names(doc.field("allowHeaders"), MOST, HEADER, "a header name"),
        names(doc.field("exposeHeaders"), MOST, HEADER, "a header name"),
        doc.field("allowCredentials").flag(false),
        Duration.ofSeconds(maxAge.integer(1, Integer.MAX_VALUE, seconds)));
  }

  private static List<String> names(Doc list, int most, Pattern pattern, String what) {
    List<String> names = new ArrayList<>();
    for (Doc doc : list.list(most)) {
      String name = doc.required();
      if (pattern.matcher(name).matches() && names.size() < most) {
        names.add(name);
      } else if (!name.isEmpty()) {
        doc.error(Code.BAD_VALUE, "\"" + name + "\" is not " + what);
      }
    }
    if (names.size() > 1 && names.contains(CrossOrigin.ANY)) {
      list.error(Code.CONTRADICTION, "\"*\" stands alone in " + list.path());
      return List.of(CrossOrigin.ANY);
    }
    return names;
  }
}
