// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All of these conditions together.
 *
 * @param method null when any will do
 * @param headers a name that is repeated counts once: the first entry
 * @param query a name that is repeated counts once: the first entry
 */
public record Match(
    PathMatch path, @Nullable String method, List<HeaderMatch> headers, List<QueryMatch> query) {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

  /** Every request. */
  public static final Match ANY = new Match(new PathMatch.Prefix("/"), null, List.of(), List.of());

  /** Every gRPC call. */
  public static final Match ANY_CALL =
      new Match(new PathMatch.Call(null, null), null, List.of(), List.of());

  public Match {
    if (method != null && !METHODS.contains(method)) {
      throw new IllegalArgumentException("unknown method \"" + method + "\"");
    }
    headers = firstOfEach(Limits.atMost(16, headers, "header matches"), HeaderMatch::name);
    query = firstOfEach(Limits.atMost(16, query, "query matches"), QueryMatch::name);
  }

  private static <T> List<T> firstOfEach(List<T> entries, Function<T, String> name) {
    Set<String> seen = new HashSet<>();
    List<T> first = new ArrayList<>(entries.size());
    for (T entry : entries) {
      if (seen.add(name.apply(entry))) {
        first.add(entry);
      }
    }
    return List.copyOf(first);
  }
}
