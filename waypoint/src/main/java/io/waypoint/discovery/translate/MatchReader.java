// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import io.waypoint.config.Code;
import io.waypoint.config.Doc;
import io.waypoint.routing.model.HeaderMatch;
import io.waypoint.routing.model.Match;
import io.waypoint.routing.model.PathMatch;
import io.waypoint.routing.model.QueryMatch;
import io.waypoint.routing.model.ValueMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the conditions of an HTTPRoute's rule. */
final class MatchReader {
  private static final int MOST = 16;
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");
  private static final List<String> PATHS = List.of("Exact", "PathPrefix", "RegularExpression");
  private static final List<String> VALUES = List.of("Exact", "RegularExpression");

  private MatchReader() {}

  /** Null when the match cannot be had: it then matches nothing. */
  static @Nullable Match read(Doc doc) {
    doc.only("path", "headers", "queryParams", "method");
    PathMatch path = path(doc.field("path"));
    String method = doc.field("method").oneOf(METHODS);
    List<HeaderMatch> headers = headers(doc.field("headers"));
    List<QueryMatch> query = new ArrayList<>();
    boolean complete = path != null && (method != null || !doc.has("method"));
    for (Doc parameter : doc.field("queryParams").list(MOST)) {
      QueryMatch match = named(parameter, (name, value) -> new QueryMatch(name, value));
      complete &= match != null && query.add(match);
    }
    if (!complete || path == null || headers == null || query.size() > MOST) {
      return null;
    }
    return new Match(path, method, headers, query);
  }

  /** Null when one of them cannot be had. */
  static @Nullable List<HeaderMatch> headers(Doc list) {
    List<HeaderMatch> headers = new ArrayList<>();
    boolean complete = true;
    for (Doc doc : list.list(MOST)) {
      HeaderMatch match = named(doc, (name, value) -> new HeaderMatch(name, value));
      complete &= match != null && headers.add(match);
    }
    return complete && headers.size() <= MOST ? headers : null;
  }

  private static @Nullable PathMatch path(Doc doc) {
    doc.only("type", "value");
    String type = doc.has("type") ? doc.field("type").oneOf(PATHS) : "PathPrefix";
    Doc value = doc.field("value");
    String text = value.text("/");
    return switch (type) {
      case "Exact" -> refused(value, () -> new PathMatch.Exact(text));
      case "PathPrefix" -> refused(value, () -> new PathMatch.Prefix(text));
      case "RegularExpression" ->
          text.length() > 1024
              ? refused(value, () -> new PathMatch.Regex(text))
              : unusable(value, () -> new PathMatch.Regex(text));
      case null, default -> null;
    };
  }

  private interface Named<T> {
    T of(String name, ValueMatch value);
  }

  private static <T> @Nullable T named(Doc doc, Named<T> make) {
    doc.only("type", "name", "value");
    String type = doc.has("type") ? doc.field("type").oneOf(VALUES) : "Exact";
    String name = doc.field("name").required();
    String text = doc.field("value").required();
    if (type == null || name.isEmpty() || text.isEmpty()) {
      return null;
    }
    ValueMatch value =
        type.equals("Exact")
            ? new ValueMatch.Exact(text)
            : unusable(doc.field("value"), () -> new ValueMatch.Regex(text));
    return value == null ? null : refused(doc, () -> make.of(name, value));
  }

  /** What the schema of the API forbids. */
  static <T> @Nullable T refused(Doc doc, Supplier<T> make) {
    try {
      return make.get();
    } catch (IllegalArgumentException e) {
      doc.error(Code.BAD_VALUE, String.valueOf(e.getMessage()));
      return null;
    }
  }

  /** What the API accepts and no proxy can do: the match then matches nothing. */
  static <T> @Nullable T unusable(Doc doc, Supplier<T> make) {
    try {
      return make.get();
    } catch (IllegalArgumentException e) {
      doc.warning(Code.RULE_BROKEN, e.getMessage() + ": this match matches nothing");
      return null;
    }
  }
}
