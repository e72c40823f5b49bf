// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import io.waypoint.routing.model.FaultRule;
import io.waypoint.routing.model.HeaderMatch;
import io.waypoint.routing.model.QueryMatch;
import io.waypoint.routing.model.ValueMatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which requests of one port are broken or slowed on purpose, whatever routes say of them: the
 * rules of a VirtualService in their order, of which the first that matches counts.
 */
public final class FaultTable {
  /** Nothing is broken on purpose. */
  public static final FaultTable NONE = new FaultTable(List.of());

  private final List<FaultRule> rules;
  private final List<Compiled> compiled;

  private FaultTable(List<FaultRule> rules) {
    this.rules = List.copyOf(rules);
    this.compiled = this.rules.stream().map(Compiled::new).toList();
  }

  public static FaultTable compile(List<FaultRule> rules) {
    return rules.stream().allMatch(rule -> rule.fault() == null) ? NONE : new FaultTable(rules);
  }

  /** As written. */
  public List<FaultRule> rules() {
    return rules;
  }

  /**
   * The rule with the fault of a request; allocates nothing but what patterns need.
   *
   * @param authority as received
   * @param namespace the caller's, as its certificate proves it
   * @return null when the request is left alone
   */
  public @Nullable FaultRule of(RequestHead head, String authority, String namespace) {
    for (int i = 0; i < compiled.size(); i++) {
      Compiled rule = compiled.get(i);
      if (rule.holds(head, authority, namespace)) {
        return rule.rule.fault() == null ? null : rule.rule;
      }
    }
    return null;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || other instanceof FaultTable that && rules.equals(that.rules);
  }

  @Override
  public int hashCode() {
    return rules.hashCode();
  }

  private static final class Compiled {
    final FaultRule rule;
    private final Matcher[] matchers;

    Compiled(FaultRule rule) {
      this.rule = rule;
      this.matchers = rule.matches().stream().map(Matcher::new).toArray(Matcher[]::new);
    }

    boolean holds(RequestHead head, String authority, String namespace) {
      boolean any = matchers.length == 0;
      for (int i = 0; i < matchers.length && !any; i++) {
        any = matchers[i].holds(head, authority, namespace);
      }
      return any;
    }
  }

  /** The cheapest questions come first. */
  private static final class Matcher {
    private final @Nullable TextMatcher method;
    private final @Nullable TextMatcher authority;
    private final @Nullable String callers;
    private final Condition[] wanted;
    private final Condition[] unwanted;

    Matcher(FaultRule.Condition match) {
      List<Condition> all = new ArrayList<>();
      if (match.path() != null) {
        all.add(new Condition.RegexPath(TextMatcher.of(match.path())));
      }
      for (HeaderMatch header : match.headers()) {
        all.add(header(header));
      }
      for (QueryMatch query : match.query()) {
        all.add(new Condition.Query(query.name(), QueryMatcher.of(query)));
      }
      this.method = matcher(match.method());
      this.authority = matcher(match.authority());
      this.callers = match.callers();
      this.wanted = all.toArray(Condition[]::new);
      this.unwanted = match.without().stream().map(Matcher::header).toArray(Condition[]::new);
    }

    private static Condition header(HeaderMatch header) {
      return new Condition.Header(header.name(), TextMatcher.of(header.value()));
    }

    private static @Nullable TextMatcher matcher(@Nullable ValueMatch match) {
      return match == null ? null : TextMatcher.of(match);
    }

    boolean holds(RequestHead head, String host, String namespace) {
      if (callers != null && !callers.equals(namespace)
          || method != null && !method.matches(head.method())
          || authority != null && !authority.matches(host)) {
        return false;
      }
      for (Condition condition : wanted) {
        if (!condition.holds(head)) {
          return false;
        }
      }
      for (Condition condition : unwanted) {
        if (condition.holds(head)) {
          return false;
        }
      }
      return true;
    }
  }
}
