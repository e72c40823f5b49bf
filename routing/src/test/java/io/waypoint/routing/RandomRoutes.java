// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing;

import io.waypoint.routing.model.Route;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Routes and requests over so few words that they meet often. */
final class RandomRoutes {
  private static final String[] ELEMENTS = {"a", "b", "ab", "a%20b", "c"};
  private static final String[] PATTERNS = {
    ".*",
    "/.*",
    "/a",
    "/a.*",
    "/a/.+",
    "/a|/b",
    "/(?:a|b)",
    ".*b",
    ".*/b/.*",
    "/[ab]+/b",
    "/a(/.*)?",
    "/ab?",
    "/a.b",
    "/a%20b/.*",
    "^/a$",
    "/.+/.+",
    "/\\w+",
    "/a\\.b|/a.*",
  };
  private static final String[] VALUES = {"1", "2", "11", "12"};
  private static final String[] VALUE_PATTERNS = {
    ".*", ".+", "1.*", "1|2", "[12]", ".*1", "1.+2?", "11?"
  };
  private static final String[] ENCODED = {"1", "%31", "2", "1%31", "12", "", "1+2", "12%0A"};
  private static final String[] NAMES = {"x", "Y", "z"};
  private static final String[] SERVICES = {"a", "ab", "a.b", "b"};
  private static final String[] CALLS = {"Get", "GetAll", "Put"};
  private static final String[] SERVICE_PATTERNS = {"a.*", "[ab]+", "a|b", ".*"};
  private static final String[] CALL_PATTERNS = {"Get.*", ".*", "Get|Put"};
  private static final String[] TYPES = {
    "application/grpc", "application/grpc+proto", "Application/GRPC-web", "text/plain"
  };
  private static final String[] METHODS = {"GET", "POST", "PUT"};
  private static final String[] SPACES = {"a", "a-b", "b"};

  private final RandomGenerator random;

  RandomRoutes(RandomGenerator random) {
    this.random = random;
  }

  /** HTTPRoutes. */
  List<Route> routes() {
    return routes(this::match);
  }

  /** GRPCRoutes. */
  List<Route> callRoutes() {
    return routes(this::callMatch);
  }

  private List<Route> routes(Supplier<String> match) {
    List<Route> routes = new ArrayList<>();
    int count = 1 + random.nextInt(8);
    for (int i = 0; i < count; i++) {
      String[] rules = new String[1 + random.nextInt(4)];
      for (int j = 0; j < rules.length; j++) {
        rules[j] = rule(match);
      }
      String key = one(SPACES) + "/" + one(SPACES) + i % 10;
      routes.add(Routes.route(key + i, Instant.ofEpochSecond(random.nextInt(2)), rules));
    }
    return routes;
  }

  private String rule(Supplier<String> match) {
    List<String> matches = new ArrayList<>();
    do {
      matches.add(match.get());
    } while (random.nextInt(3) == 0);
    return String.join(" | ", matches) + " -> v1";
  }

  private String match() {
    StringBuilder match = new StringBuilder();
    switch (random.nextInt(4)) {
      case 0 -> match.append("exact:").append(path(false));
      case 1 -> match.append("regex:").append(one(PATTERNS));
      default -> match.append("prefix:").append(path(false));
    }
    if (random.nextInt(3) == 0) {
      match.append(' ').append(one(METHODS));
    }
    while (random.nextInt(3) == 0) {
      match.append(' ').append('h').append(condition());
    }
    while (random.nextInt(3) == 0) {
      match.append(' ').append('q').append(condition());
    }
    return match.toString();
  }

  private String callMatch() {
    StringBuilder match = new StringBuilder();
    switch (random.nextInt(6)) {
      case 0 -> match.append("call:*/*");
      case 1 -> match.append("call:*/").append(one(CALLS));
      case 2 -> match.append("call:").append(one(SERVICES)).append("/*");
      case 3 ->
          match
              .append("call~")
              .append(random.nextBoolean() ? "*" : one(SERVICE_PATTERNS))
              .append('/')
              .append(one(CALL_PATTERNS));
      default -> match.append("call:").append(one(SERVICES)).append('/').append(one(CALLS));
    }
    while (random.nextInt(3) == 0) {
      match.append(" h").append(condition());
    }
    return match.toString();
  }

  private String condition() {
    return random.nextBoolean()
        ? ":" + one(NAMES) + "=" + one(VALUES)
        : "~" + one(NAMES) + "=" + one(VALUE_PATTERNS);
  }

  private String path(boolean sloppy) {
    StringBuilder path = new StringBuilder();
    int length = random.nextInt(5);
    for (int i = 0; i < length; i++) {
      path.append(sloppy && random.nextInt(20) == 0 ? "//" : "/").append(one(ELEMENTS));
    }
    return path.append(length == 0 || random.nextInt(4) == 0 ? "/" : "").toString();
  }

  /** Most are gRPC calls. */
  Head call() {
    Map<String, String> headers = new HashMap<>();
    if (random.nextInt(8) != 0) {
      headers.put("content-type", one(TYPES));
    }
    while (random.nextInt(3) != 0) {
      headers.putIfAbsent(one(NAMES).toLowerCase(Locale.ROOT), one(VALUES));
    }
    String path =
        switch (random.nextInt(12)) {
          case 0 -> path(false);
          case 1 -> "/" + one(SERVICES);
          case 2 -> "/" + one(SERVICES) + "/" + one(CALLS) + "/";
          default -> "/" + one(SERVICES) + "/" + one(CALLS);
        };
    return new Head(random.nextInt(12) == 0 ? "GET" : "POST", path, null, headers);
  }

  Head request() {
    StringBuilder text = new StringBuilder(one(METHODS)).append(' ').append(path(true));
    char separator = '?';
    while (random.nextInt(3) != 0) {
      text.append(separator).append(one(NAMES)).append('=').append(one(ENCODED));
      separator = '&';
    }
    while (random.nextInt(3) != 0) {
      text.append(" h:").append(one(NAMES)).append('=').append(one(VALUES));
    }
    return Head.of(text.toString());
  }

  private String one(String[] words) {
    return words[random.nextInt(words.length)];
  }
}
