// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import io.waypoint.routing.model.HeaderMatch;
import io.waypoint.routing.model.Match;
import io.waypoint.routing.model.PathMatch;
import io.waypoint.routing.model.QueryMatch;
import io.waypoint.routing.model.Route;
import io.waypoint.routing.model.ValueMatch;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The specification's text, read word by word: every match is asked, and the best is kept. It
 * shares nothing with the table that it checks, not even the regex engine.
 */
final class NaiveReader {
  record Found(Route route, int rule, int index) {
    Match match() {
      return route.rules().get(rule).matches().get(index);
    }
  }

  private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

  private NaiveReader() {}

  static @Nullable Found read(List<Route> routes, Head head) {
    Found best = null;
    for (Route route : routes) {
      for (int rule = 0; rule < route.rules().size(); rule++) {
        for (int i = 0; i < route.rules().get(rule).matches().size(); i++) {
          Found found = new Found(route, rule, i);
          if (matches(found.match(), head) && (best == null || beats(found, best))) {
            best = found;
          }
        }
      }
    }
    return best;
  }

  private static boolean beats(Found a, Found b) {
    int difference = rank(b.match().path()) - rank(a.match().path());
    if (difference == 0) {
      difference = length(a.match().path()) - length(b.match().path());
    }
    if (difference == 0) {
      difference = methodLength(a.match().path()) - methodLength(b.match().path());
    }
    if (difference == 0) {
      difference = (a.match().method() == null ? 0 : 1) - (b.match().method() == null ? 0 : 1);
    }
    if (difference == 0) {
      difference = a.match().headers().size() - b.match().headers().size();
    }
    if (difference == 0) {
      difference = a.match().query().size() - b.match().query().size();
    }
    if (difference == 0) {
      difference = b.route().created().compareTo(a.route().created());
    }
    if (difference == 0) {
      difference = name(b.route()).compareTo(name(a.route()));
    }
    // What is left is written later, and loses.
    return difference > 0;
  }

  private static String name(Route route) {
    return route.origin().namespace() + "/" + route.origin().name();
  }

  /** The specification does not say where a pattern stands: for us it is behind all names. */
  private static int rank(PathMatch path) {
    return switch (path) {
      case PathMatch.Exact _ -> 0;
      case PathMatch.Prefix _ -> 1;
      case PathMatch.Regex _ -> 2;
      case PathMatch.Call(ValueMatch.Exact _, ValueMatch.Exact _) -> 0;
      case PathMatch.Call(ValueMatch.Exact _, var none) when none == null -> 1;
      case PathMatch.Call _ -> 2;
    };
  }

  private static int methodLength(PathMatch path) {
    return path instanceof PathMatch.Call(var service, var method) && method != null
        ? method.text().length()
        : 0;
  }

  private static int length(PathMatch path) {
    return switch (path) {
      case PathMatch.Exact(String value) -> value.length();
      case PathMatch.Prefix(String value) -> String.join("/", elements(value)).length();
      case PathMatch.Regex(String pattern) -> pattern.length();
      case PathMatch.Call(var service, var method) -> service == null ? 0 : service.text().length();
    };
  }

  private static boolean matches(Match match, Head head) {
    return path(match.path(), head.path())
        && (!(match.path() instanceof PathMatch.Call) || isCall(head))
        && (match.method() == null || match.method().equals(head.method()))
        && match.headers().stream().allMatch(header -> header(header, head))
        && match.query().stream().allMatch(query -> query(query, head.query()));
  }

  private static boolean path(PathMatch match, String path) {
    return switch (match) {
      case PathMatch.Exact(String value) -> value.equals(path);
      case PathMatch.Prefix(String value) -> {
        List<String> wanted = elements(value);
        List<String> got = Arrays.asList(path.split("/", -1));
        yield got.size() >= wanted.size() && got.subList(0, wanted.size()).equals(wanted);
      }
      case PathMatch.Regex(String pattern) -> full(pattern, path);
      case PathMatch.Call(var service, var method) -> {
        String[] parts = path.split("/", 3);
        String rest = parts.length > 2 ? parts[2] : null;
        yield (service == null || value(service, parts[1]))
            && (method == null || rest != null && value(method, rest));
      }
    };
  }

  private static boolean isCall(Head head) {
    String type = head.headers().get("content-type");
    return head.method().equals("POST")
        && type != null
        && type.toLowerCase(Locale.ROOT).startsWith("application/grpc");
  }

  private static List<String> elements(String prefix) {
    List<String> elements = Arrays.asList(prefix.split("/", -1));
    return prefix.endsWith("/") ? elements.subList(0, elements.size() - 1) : elements;
  }

  private static boolean header(HeaderMatch match, Head head) {
    String value = head.headers().get(match.name());
    return value != null && value(match.value(), value);
  }

  private static boolean query(QueryMatch match, @Nullable String query) {
    for (String pair : query == null ? new String[0] : query.split("&")) {
      String[] sides = pair.split("=", 2);
      if (decoded(sides[0]).equals(match.name())) {
        return value(match.value(), sides.length == 1 ? "" : decoded(sides[1]));
      }
    }
    return false;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static boolean value(ValueMatch match, String value) {
    return switch (match) {
      case ValueMatch.Exact(String wanted) -> wanted.equals(value);
      case ValueMatch.Regex(String pattern) -> full(pattern, value);
    };
  }

  private static boolean full(String pattern, String text) {
    return PATTERNS.computeIfAbsent(pattern, Pattern::compile).matcher(text).matches();
  }
}
