// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import io.waypoint.routing.model.PathMatch;
import io.waypoint.routing.model.Route;
import io.waypoint.routing.model.ValueMatch;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of several matching candidates wins: Gateway API's order for HTTPRoute and GRPCRoute.
 *
 * <ol>
 *   <li>an exact path before a prefix before a regular expression (the place of the latter is not
 *       specified; this is where Istio puts it)
 *   <li>the path with the most characters, a prefix without its trailing slash; of a gRPC call the
 *       service with the most, then the method
 *   <li>a match that names a method
 *   <li>the largest number of header matches
 *   <li>the largest number of query parameter matches
 *   <li>the oldest route
 *   <li>the alphabetically first {@code namespace/name}
 *   <li>the rule that is written first in its route, and in a rule the match that is
 * </ol>
 *
 * <p>Host names come before all of these at a Gateway, and never in a mesh, where the destination
 * is chosen by address. Candidates of objects that differ in kind alone keep the order in which
 * they were given.
 */
final class Precedence {
  /**
   * @param words what is said of the one that comes later
   */
  private record Criterion(String words, Comparator<Candidate> order) {}

  private static final List<Criterion> CRITERIA =
      List.of(
          first("an exact path beats a prefix, a prefix beats a regex", c -> kind(c)),
          first("its path is shorter", c -> -characters(c)),
          first("its method is shorter", c -> -methodCharacters(c)),
          first("it names no method", c -> c.match().method() == null ? 1 : 0),
          first("it matches fewer headers", c -> -c.match().headers().size()),
          first("it matches fewer query parameters", c -> -c.match().query().size()),
          new Criterion("its route is younger", Comparator.comparing(c -> route(c).created())),
          new Criterion(
              "its route's namespace/name comes later",
              Comparator.comparing(c -> route(c).origin().key())),
          first("its rule comes later", c -> c.rule().index()),
          first("its match comes later", Candidate::matchIndex));

  /** All criteria in turn. */
  static final Comparator<Candidate> ORDER =
      CRITERIA.stream().map(Criterion::order).reduce(Comparator::thenComparing).orElseThrow();

  private Precedence() {}

  /** On which criterion a candidate lost to the winner. */
  static String whyLast(Candidate loser, Candidate winner) {
    for (Criterion criterion : CRITERIA) {
      if (criterion.order().compare(winner, loser) < 0) {
        return criterion.words();
      }
    }
    return "its object was read later";
  }

  private static Criterion first(
      String words, java.util.function.ToIntFunction<Candidate> smallest) {
    return new Criterion(words, Comparator.comparingInt(smallest));
  }

  private static int kind(Candidate candidate) {
    return switch (candidate.match().path()) {
      case PathMatch.Exact exact -> 0;
      case PathMatch.Prefix prefix -> 1;
      case PathMatch.Regex regex -> 2;
      case PathMatch.Call call ->
          call.exactPath() != null ? 0 : call.servicePrefix() != null ? 1 : 2;
    };
  }

  private static int characters(Candidate candidate) {
    return switch (candidate.match().path()) {
      case PathMatch.Exact(String value) -> value.length();
      case PathMatch.Prefix prefix -> prefix.trimmed().length();
      case PathMatch.Regex(String pattern) -> pattern.length();
      case PathMatch.Call(var service, var method) -> length(service);
    };
  }

  private static int methodCharacters(Candidate candidate) {
    return candidate.match().path() instanceof PathMatch.Call(var service, var method)
        ? length(method)
        : 0;
  }

  private static int length(@Nullable ValueMatch name) {
    return name == null ? 0 : name.text().length();
  }

  private static Route route(Candidate candidate) {
    return candidate.rule().route();
  }
}
