// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import io.waypoint.routing.model.PathMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first candidate, in the order of precedence, without asking all of them.
 *
 * <pre>
 *   exact path  -- hash of the whole path        then
 *   prefix      -- trie, longest prefix first    then
 *   regex       -- one after another
 * </pre>
 *
 * <p>That is the order of {@link Precedence}, whose first two criteria are about the path alone:
 * candidates that share an exact path or a prefix stay in their order below it.
 */
final class PathIndex {
  private static final Candidate[] NONE = {};

  private final Map<String, Candidate[]> exact;
  private final PathTrie prefixes;
  private final Candidate[] patterns;

  private PathIndex(Map<String, Candidate[]> exact, PathTrie prefixes, Candidate[] patterns) {
    this.exact = exact;
    this.prefixes = prefixes;
    this.patterns = patterns;
  }

  /**
   * @param candidates in the order of precedence
   */
  static PathIndex of(List<Candidate> candidates) {
    Map<String, List<Candidate>> exact = new HashMap<>();
    PathTrie.Builder prefixes = new PathTrie.Builder();
    List<Candidate> patterns = new ArrayList<>();
    for (Candidate candidate : candidates) {
      switch (candidate.match().path()) {
        case PathMatch.Exact(String value) ->
            exact.computeIfAbsent(value, path -> new ArrayList<>()).add(candidate);
        case PathMatch.Prefix prefix -> prefixes.add(prefix.trimmed(), candidate);
        case PathMatch.Regex regex -> patterns.add(candidate);
        case PathMatch.Call call -> {
          String path = call.exactPath();
          String prefix = call.servicePrefix();
          if (path != null) {
            exact.computeIfAbsent(path, same -> new ArrayList<>()).add(candidate);
          } else if (prefix != null) {
            prefixes.add(prefix, candidate);
          } else {
            patterns.add(candidate);
          }
        }
      }
    }
    Map<String, Candidate[]> hash = HashMap.newHashMap(exact.size());
    exact.forEach((path, list) -> hash.put(path, list.toArray(NONE)));
    return new PathIndex(hash, prefixes.build(), patterns.toArray(NONE));
  }

  @Nullable Candidate find(RequestHead head) {
    Candidate[] exactly = exact.get(head.path());
    Candidate found = exactly == null ? null : first(exactly, head);
    if (found != null) {
      return found;
    }
    found = prefixes.find(head);
    if (found != null) {
      return found;
    }
    for (Candidate candidate : patterns) {
      if (candidate.accepts(head)) {
        return candidate;
      }
    }
    return null;
  }

  static @Nullable Candidate first(Candidate[] samePath, RequestHead head) {
    for (Candidate candidate : samePath) {
      if (candidate.acceptsBesidesPath(head)) {
        return candidate;
      }
    }
    return null;
  }
}
