// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.routing.model.HeaderMatch;
import io.waypoint.routing.model.Match;
import io.waypoint.routing.model.PathMatch;
import io.waypoint.routing.model.ValueMatch;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the conditions of a GRPCRoute's rule. */
final class CallReader {
  private static final List<String> TYPES = List.of("Exact", "RegularExpression");

  private CallReader() {}

  /** Null when the match cannot be had: it then matches nothing. */
  static @Nullable Match read(Doc doc) {
    doc.only("method", "headers");
    PathMatch call = doc.has("method") ? call(doc.field("method")) : new PathMatch.Call(null, null);
    List<HeaderMatch> headers = MatchReader.headers(doc.field("headers"));
    Set<String> names = new HashSet<>();
    for (Doc header : doc.field("headers").list()) {
      String name = header.field("name").text("");
      if (!names.add(name)) {
        header.error(Code.CONTRADICTION, "header " + name + " stands twice in one match");
      }
    }
    return call == null || headers == null ? null : new Match(call, null, headers, List.of());
  }

  private static @Nullable PathMatch call(Doc doc) {
    doc.only("type", "service", "method");
    String type = doc.has("type") ? doc.field("type").oneOf(TYPES) : "Exact";
    if (!doc.has("service") && !doc.has("method")) {
      doc.error(Code.MISSING_FIELD, "a method match has a service, a method or both");
      return null;
    }
    if (type == null) {
      return null;
    }
    boolean exact = type.equals("Exact");
    if (exact) {
      return MatchReader.refused(
          doc, () -> new PathMatch.Call(exact(doc.field("service")), exact(doc.field("method"))));
    }
    return MatchReader.unusable(
        doc, () -> new PathMatch.Call(pattern(doc.field("service")), pattern(doc.field("method"))));
  }

  private static @Nullable ValueMatch exact(Doc doc) {
    String text = doc.text();
    return text == null ? null : new ValueMatch.Exact(text);
  }

  private static @Nullable ValueMatch pattern(Doc doc) {
    String text = doc.text();
    return text == null ? null : new ValueMatch.Regex(text);
  }
}
