// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import io.waypoint.routing.model.PathMatch;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One thing that a match asks of a request, and the words for when it does not hold. */
sealed interface Condition {
  boolean holds(RequestHead head);

  /** Why it does not hold. */
  String reason(RequestHead head);

  static Condition path(PathMatch path) {
    return switch (path) {
      case PathMatch.Exact(String value) -> new ExactPath(value);
      case PathMatch.Prefix prefix -> new PrefixPath(prefix.trimmed());
      case PathMatch.Regex(String pattern) -> new RegexPath(TextMatcher.regex(pattern));
      case PathMatch.Call(var service, var method) ->
          new Call(
              service == null ? null : TextMatcher.of(service),
              method == null ? null : TextMatcher.of(method));
    };
  }

  /**
   * The parts of {@code /service/method}, each compared where it stands.
   *
   * @param method null for any, and then for whatever follows the service
   */
  record Call(@Nullable TextMatcher service, @Nullable TextMatcher method) implements Condition {
    @Override
    public boolean holds(RequestHead head) {
      String path = head.path();
      int slash = path.indexOf('/', 1);
      int end = slash < 0 ? path.length() : slash;
      if (service != null && !service.matches(path, 1, end)) {
        return false;
      }
      return method == null || slash > 0 && method.matches(path, slash + 1, path.length());
    }

    @Override
    public String reason(RequestHead head) {
      return wanted("call", toString(), head.path());
    }

    @Override
    public String toString() {
      return (service == null ? "any service" : "service " + service)
          + (method == null ? "" : " method " + method);
    }
  }

  /** What makes a request a gRPC call; gRPC-Web is one, too, as far as routes are concerned. */
  record Grpc() implements Condition {
    private static final String TYPE = "application/grpc";

    @Override
    public boolean holds(RequestHead head) {
      String type = head.header("content-type");
      return type != null
          && type.regionMatches(true, 0, TYPE, 0, TYPE.length())
          && head.method().equals("POST");
    }

    @Override
    public String reason(RequestHead head) {
      return head.method().equals("POST")
          ? wanted("content-type", TYPE, head.header("content-type"))
          : wanted("method", "POST", head.method());
    }

    @Override
    public String toString() {
      return "grpc";
    }
  }

  record ExactPath(String value) implements Condition {
    @Override
    public boolean holds(RequestHead head) {
      return value.equals(head.path());
    }

    @Override
    public String reason(RequestHead head) {
      return wanted("path", value, head.path());
    }

    @Override
    public String toString() {
      return "exact " + value;
    }
  }

  /**
   * @param value without a trailing slash
   */
  record PrefixPath(String value) implements Condition {
    @Override
    public boolean holds(RequestHead head) {
      String path = head.path();
      return path.startsWith(value)
          && (path.length() == value.length() || path.charAt(value.length()) == '/');
    }

    @Override
    public String reason(RequestHead head) {
      return wanted("path", toString(), head.path());
    }

    @Override
    public String toString() {
      return "prefix " + (value.isEmpty() ? "/" : value);
    }
  }

  record RegexPath(TextMatcher matcher) implements Condition {
    @Override
    public boolean holds(RequestHead head) {
      return matcher.matches(head.path());
    }

    @Override
    public String reason(RequestHead head) {
      return wanted("path", matcher.toString(), head.path());
    }

    @Override
    public String toString() {
      return matcher.toString();
    }
  }

  record Method(String value) implements Condition {
    @Override
    public boolean holds(RequestHead head) {
      return value.equals(head.method());
    }

    @Override
    public String reason(RequestHead head) {
      return wanted("method", value, head.method());
    }

    @Override
    public String toString() {
      return value;
    }
  }

  record Header(String name, TextMatcher matcher) implements Condition {
    /** An explanation may be shown to others than the caller, who alone should know these. */
    private static final Set<String> SECRET =
        Set.of("authorization", "cookie", "proxy-authorization", "x-api-key");

    @Override
    public boolean holds(RequestHead head) {
      String value = head.header(name);
      return value != null && matcher.matches(value);
    }

    @Override
    public String reason(RequestHead head) {
      String got = head.header(name);
      boolean secret = got != null && SECRET.contains(name);
      return wanted("header " + name, matcher.toString(), secret ? "something else" : got);
    }

    @Override
    public String toString() {
      return "header " + name + "=" + matcher;
    }
  }

  record Query(String name, QueryMatcher matcher) implements Condition {
    @Override
    public boolean holds(RequestHead head) {
      String query = head.query();
      return query != null && matcher.matches(query);
    }

    @Override
    public String reason(RequestHead head) {
      String query = head.query();
      return wanted(
          "query " + name, matcher.toString(), query == null ? null : matcher.value(query));
    }

    @Override
    public String toString() {
      return "query " + name + "=" + matcher;
    }
  }

  private static String wanted(String what, String wanted, @Nullable String got) {
    return what + ": wanted " + wanted + ", got " + shown(got);
  }

  private static String shown(@Nullable String got) {
    if (got == null) {
      return "none";
    }
    if (got.isEmpty()) {
      return "an empty value";
    }
    return got.length() <= 200 ? got : got.substring(0, 200) + "...";
  }
}
