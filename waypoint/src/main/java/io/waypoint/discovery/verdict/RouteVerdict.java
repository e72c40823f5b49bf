// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.verdict;

import io.waypoint.config.Code;
import io.waypoint.config.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which conditions a route deserves for one of its parents. Nothing but a function of facts. */
public final class RouteVerdict {
  /** The conditions that are ours in a parent's entry. */
  public static final Set<String> TYPES =
      Set.of(
          Condition.ACCEPTED,
          Condition.RESOLVED_REFS,
          Condition.PARTIALLY_INVALID,
          Condition.RESOLVED_WAYPOINTS,
          Condition.PROGRAMMED);

  private static final Pattern RULE = Pattern.compile("spec\\.rules\\[(\\d+)]");
  private static final Pattern BREAKS_RULE =
      Pattern.compile("spec\\.rules\\[(\\d+)]\\.(filters.*|matches)");
  private static final Set<Code> UNRESOLVED =
      Set.of(Code.BACKEND_NOT_FOUND, Code.BACKEND_UNSUPPORTED, Code.PROTOCOL_UNSUPPORTED);

  private final RouteFacts facts;

  private RouteVerdict(RouteFacts facts) {
    this.facts = facts;
  }

  /** Whether it is us who speaks for a parent. */
  public static boolean isOurs(RouteFacts.Parent parent) {
    return parent.standing() != RouteFacts.Standing.NOT_OURS
        && parent.standing() != RouteFacts.Standing.LEFT;
  }

  /** The conditions for a parent that is ours. */
  public static List<Condition> of(RouteFacts facts, RouteFacts.Parent parent) {
    var verdict = new RouteVerdict(facts);
    List<Condition> conditions = new ArrayList<>();
    Condition accepted = verdict.accepted(parent);
    conditions.add(accepted);
    conditions.add(verdict.resolvedRefs());
    conditions.add(verdict.resolvedWaypoints(parent));
    conditions.add(
        accepted.holds()
            ? Condition.yes(
                Condition.PROGRAMMED, "Programmed", "in force at waypoint " + facts.waypoint())
            : Condition.no(Condition.PROGRAMMED, "Invalid", "the route is not accepted"));
    String dropped = verdict.partly();
    if (accepted.holds() && !dropped.isEmpty()) {
      conditions.add(Condition.yes(Condition.PARTIALLY_INVALID, "UnsupportedValue", dropped));
    }
    return conditions;
  }

  private Condition accepted(RouteFacts.Parent parent) {
    return switch (parent.standing()) {
      case NO_SUCH_SERVICE ->
          Condition.no(Condition.ACCEPTED, "NoMatchingParent", parent.name() + " does not exist");
      case NO_SUCH_PORT ->
          Condition.no(
              Condition.ACCEPTED,
              "NoMatchingParent",
              parent.name() + " has no port like that: " + words(Code.PARENT_NOT_FOUND));
      case CONFLICTED ->
          Condition.no(Condition.ACCEPTED, Condition.CONFLICTED, words(Code.ROUTE_CONFLICT));
      case GATEWAY ->
          Condition.no(
              Condition.ACCEPTED,
              "NotAllowedByListeners",
              "a route attaches to a waypoint through its Services, not through " + parent.name());
      case SERVED, NOT_OURS, LEFT -> contents();
    };
  }

  private Condition contents() {
    List<Problem> errors = all(Problem::isError);
    if (!errors.isEmpty() && !facts.held()) {
      boolean filters =
          errors.stream()
              .anyMatch(p -> p.code() == Code.CONTRADICTION && p.path().contains("filters"));
      return Condition.no(
          Condition.ACCEPTED, filters ? "IncompatibleFilters" : "UnsupportedValue", words(errors));
    }
    Set<String> broken = brokenRules();
    if (!broken.isEmpty() && broken.size() >= facts.rules()) {
      return Condition.no(Condition.ACCEPTED, "UnsupportedValue", words(all(this::breaksRule)));
    }
    List<Problem> remarks =
        all(p -> p.code() == Code.HOSTNAMES_IGNORED || p.code() == Code.ROUTE_CONFLICT);
    return Condition.yes(
        Condition.ACCEPTED, "Accepted", remarks.isEmpty() ? "accepted" : words(remarks));
  }

  private Condition resolvedRefs() {
    List<Problem> unresolved = all(p -> UNRESOLVED.contains(p.code()));
    if (unresolved.isEmpty()) {
      return Condition.yes(Condition.RESOLVED_REFS, "ResolvedRefs", "all references resolve");
    }
    String reason =
        switch (unresolved.getFirst().code()) {
          case BACKEND_UNSUPPORTED -> "InvalidKind";
          case PROTOCOL_UNSUPPORTED -> "UnsupportedProtocol";
          default -> "BackendNotFound";
        };
    return Condition.no(Condition.RESOLVED_REFS, reason, words(unresolved));
  }

  private Condition resolvedWaypoints(RouteFacts.Parent parent) {
    return switch (parent.standing()) {
      case NO_SUCH_SERVICE ->
          Condition.no(
              Condition.RESOLVED_WAYPOINTS, "NoMatchingParent", parent.name() + " does not exist");
      default ->
          Condition.yes(
              Condition.RESOLVED_WAYPOINTS,
              "ResolvedWaypoints",
              "bound to waypoint " + facts.waypoint());
    };
  }

  /** What is not in force of a route that is accepted; the beginnings are the API's own words. */
  private String partly() {
    if (facts.held()) {
      return "Fall Back: " + words(all(Problem::isError));
    }
    Set<String> broken = brokenRules();
    return broken.isEmpty()
        ? ""
        : "Dropped Rule " + String.join(", ", broken) + ": " + words(all(this::breaksRule));
  }

  private Set<String> brokenRules() {
    Set<String> rules = new TreeSet<>();
    for (Problem problem : all(this::breaksRule)) {
      Matcher matcher = RULE.matcher(problem.path());
      if (matcher.lookingAt()) {
        rules.add(matcher.group(1));
      }
    }
    return rules;
  }

  private boolean breaksRule(Problem problem) {
    return problem.code() == Code.RULE_BROKEN && BREAKS_RULE.matcher(problem.path()).matches();
  }

  private List<Problem> all(Predicate<Problem> which) {
    return facts.problems().stream().filter(which).toList();
  }

  private String words(Code code) {
    return words(all(problem -> problem.code() == code));
  }

  /** Each with its field, for its author to find it. */
  private static String words(List<Problem> problems) {
    return problems.stream()
        .map(p -> p.path().isEmpty() ? p.message() : p.path() + ": " + p.message())
        .distinct()
        .collect(Collectors.joining("; "));
  }
}
