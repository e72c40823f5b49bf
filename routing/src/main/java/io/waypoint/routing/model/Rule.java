// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One rule of a route: a request that any of its matches accepts belongs to it for good.
 *
 * @param name the section name, unique in its route
 * @param matches when none are written, every path
 * @param filters in the order written; one of each kind, but for mirrors
 * @param backends none means that the rule answers 500
 * @param timeouts null when it has none
 * @param retry null when it says nothing; then only what was certainly not seen is tried again
 * @param persistence null when each request is for itself
 */
public record Rule(
    @Nullable String name,
    List<Match> matches,
    List<FilterSpec> filters,
    List<Backend> backends,
    @Nullable Timeouts timeouts,
    @Nullable Retry retry,
    @Nullable SessionPersistence persistence) {
  /** What a route without rules means. */
  public static final Rule DEFAULT = new Rule(null, List.of(), List.of(), List.of());

  public Rule {
    if (name != null) {
      Syntax.sectionName(name);
    }
    matches = matches.isEmpty() ? List.of(Match.ANY) : Limits.atMost(64, matches, "matches");
    filters = onePerKind(Limits.atMost(16, filters, "filters"));
    backends = Limits.atMost(16, backends, "backendRefs");
  }

  public Rule(
      @Nullable String name,
      List<Match> matches,
      List<FilterSpec> filters,
      List<Backend> backends) {
    this(name, matches, filters, backends, null, null, null);
  }

  /**
   * A rule that cannot do what it says. It still owns the requests it matches and answers them 500:
   * to leave it out would hand them to a broader rule.
   *
   * @param reason what is wrong with it, for the operator
   */
  public static Rule broken(@Nullable String name, List<Match> matches, String reason) {
    return new Rule(name, matches, List.of(), List.of(Backend.broken("", "", 1, reason)));
  }

  /**
   * What the paths of all its requests begin with, without trailing slash; null when it has several
   * matches or one of another kind, so that there is nothing that a filter could replace.
   */
  public @Nullable String onlyPrefix() {
    return matches.size() == 1 && matches.getFirst().path() instanceof PathMatch.Prefix prefix
        ? prefix.trimmed()
        : null;
  }

  static List<FilterSpec> onePerKind(List<FilterSpec> filters) {
    Set<Class<?>> kinds = new HashSet<>();
    for (FilterSpec filter : filters) {
      boolean mayRepeat = filter instanceof FilterSpec.RequestMirror;
      if (!kinds.add(filter.getClass()) && !mayRepeat) {
        throw new IllegalArgumentException(
            filter.getClass().getSimpleName() + " may appear once in a list of filters");
      }
    }
    return filters;
  }
}
