// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import io.waypoint.routing.model.QueryMatch;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Asks a raw query for one parameter; the first of its name counts. */
final class QueryMatcher {
  private static final long ABSENT = -1;

  private final byte[] name;
  private final byte[] exact;
  private final TextMatcher matcher;

  private QueryMatcher(QueryMatch match) {
    this.name = match.name().getBytes(StandardCharsets.UTF_8);
    this.exact = match.value().text().getBytes(StandardCharsets.UTF_8);
    this.matcher = TextMatcher.of(match.value());
  }

  static QueryMatcher of(QueryMatch match) {
    return new QueryMatcher(match);
  }

  /** Decodes while it compares; only a pattern over an encoded value needs a decoded copy. */
  boolean matches(String query) {
    long found = find(query);
    if (found == ABSENT) {
      return false;
    }
    int from = from(found);
    int to = to(found);
    if (matcher instanceof TextMatcher.Equal) {
      return QueryText.equal(query, from, to, exact);
    }
    return QueryText.isPlain(query, from, to)
        ? matcher.matches(query, from, to)
        : matcher.matches(QueryText.decode(query, from, to));
  }

  /** The decoded value, or null when the parameter is not there. */
  @Nullable String value(String query) {
    long found = find(query);
    return found == ABSENT ? null : QueryText.decode(query, from(found), to(found));
  }

  /** Where the value is: its start and end in one number, since a pair would be allocated. */
  private long find(String query) {
    int from = 0;
    while (from <= query.length()) {
      int and = query.indexOf('&', from);
      int end = and < 0 ? query.length() : and;
      int equals = query.indexOf('=', from, end);
      int nameEnd = equals < 0 ? end : equals;
      if (QueryText.equal(query, from, nameEnd, name)) {
        int valueStart = equals < 0 ? end : equals + 1;
        return (long) valueStart << 32 | end;
      }
      from = end + 1;
    }
    return ABSENT;
  }

  private static int from(long found) {
    return (int) (found >>> 32);
  }

  private static int to(long found) {
    return (int) found;
  }

  @Override
  public String toString() {
    return matcher.toString();
  }
}
