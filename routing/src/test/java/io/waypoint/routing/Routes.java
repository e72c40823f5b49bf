// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.HeaderMatch;
import io.waypoint.routing.model.Match;
import io.waypoint.routing.model.Origin;
import io.waypoint.routing.model.PathMatch;
import io.waypoint.routing.model.QueryMatch;
import io.waypoint.routing.model.Route;
import io.waypoint.routing.model.Rule;
import io.waypoint.routing.model.Target;
import io.waypoint.routing.model.ValueMatch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Routes written as text. A rule is {@code "MATCH | MATCH -> v1*90 v2*10"}; a match is made of
 * {@code exact:/p}, {@code prefix:/p}, {@code regex:p}, {@code call:service/method}, {@code
 * call~service/method} (with {@code *} for any), a method, {@code h:name=value}, {@code
 * h~name=pattern}, {@code q:name=value} and {@code q~name=pattern}; a backend with {@code !} does
 * not exist.
 */
final class Routes {
  private Routes() {}

  static RouteTable table(String... rules) {
    return RouteTable.compile(List.of(route("default/echo", rules)));
  }

  static Route route(String key, String... rules) {
    return route(key, Route.UNDATED, rules);
  }

  static Route route(String key, Instant created, String... rules) {
    String[] parts = key.split("/");
    return new Route(
        new Origin("HTTPRoute", parts[0], parts[1], null),
        created,
        Arrays.stream(rules).map(Routes::rule).toList());
  }

  static Rule rule(String text) {
    String[] sides = text.split("->", 2);
    List<Match> matches =
        Arrays.stream(sides[0].split(" \\| "))
            .filter(match -> !match.isBlank())
            .map(match -> match(match.trim()))
            .toList();
    List<Backend> backends =
        sides.length < 2 || sides[1].isBlank()
            ? List.of()
            : Arrays.stream(sides[1].trim().split(" ")).map(Routes::backend).toList();
    return new Rule(null, matches, List.of(), backends);
  }

  static Match match(String text) {
    PathMatch path = new PathMatch.Prefix("/");
    String method = null;
    List<HeaderMatch> headers = new ArrayList<>();
    List<QueryMatch> query = new ArrayList<>();
    for (String word : text.split(" ")) {
      if (word.startsWith("exact:")) {
        path = new PathMatch.Exact(word.substring(6));
      } else if (word.startsWith("prefix:")) {
        path = new PathMatch.Prefix(word.substring(7));
      } else if (word.startsWith("regex:")) {
        path = new PathMatch.Regex(word.substring(6));
      } else if (word.startsWith("call:") || word.startsWith("call~")) {
        String[] names = word.substring(5).split("/");
        path = new PathMatch.Call(part(word, names[0]), part(word, names[1]));
      } else if (word.startsWith("h:") || word.startsWith("h~")) {
        headers.add(new HeaderMatch(name(word), value(word)));
      } else if (word.startsWith("q:") || word.startsWith("q~")) {
        query.add(new QueryMatch(name(word), value(word)));
      } else {
        method = word;
      }
    }
    return new Match(path, method, headers, query);
  }

  private static @Nullable ValueMatch part(String word, String name) {
    return name.equals("*")
        ? null
        : word.charAt(4) == '~' ? new ValueMatch.Regex(name) : new ValueMatch.Exact(name);
  }

  private static String name(String word) {
    return word.substring(2, word.indexOf('='));
  }

  private static ValueMatch value(String word) {
    String value = word.substring(word.indexOf('=') + 1);
    return word.charAt(1) == '~' ? new ValueMatch.Regex(value) : new ValueMatch.Exact(value);
  }

  private static Backend backend(String text) {
    String[] parts = text.split("\\*");
    String name = parts[0];
    int weight = parts.length == 1 ? Backend.DEFAULT_WEIGHT : Integer.parseInt(parts[1]);
    if (name.endsWith("!")) {
      return Backend.broken(name.replace("!", ""), "default", weight, "no service " + name);
    }
    EndpointSet endpoints = new EndpointSet(name, "default", 80, false, List.of());
    return new Backend(name, "default", 80, weight, new Target.Resolved(endpoints), List.of());
  }

  /** Who answers: a backend's name, {@code 404} or {@code 500}. */
  static String answer(RouteTable table, String request) {
    return switch (table.route(Head.of(request))) {
      case RouteDecision.NoRoute() -> "404";
      case RouteDecision.Matched(RouteRule rule) -> answer(rule.pick(new SplittableRandom(1)));
    };
  }

  static String answer(BackendChoice choice) {
    return switch (choice) {
      case BackendChoice.Forward(Backend backend, EndpointSet endpoints) -> backend.name();
      case BackendChoice.Fail(int status, String reason) -> Integer.toString(status);
    };
  }

  /** The rule that serves, for example {@code default/echo rule 1}. */
  static @Nullable String chosen(RouteTable table, String request) {
    return table.route(Head.of(request)) instanceof RouteDecision.Matched(RouteRule rule)
        ? rule.label()
        : null;
  }
}
