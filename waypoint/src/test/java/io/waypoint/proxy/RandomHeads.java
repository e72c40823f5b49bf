// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.waypoint.rbac.MeshTrust;
import io.waypoint.rbac.PathNormalization;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.RequestTarget;
import io.waypoint.rbac.StatedFacts;
import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Condition;
import io.waypoint.rbac.model.Operation;
import io.waypoint.rbac.model.Origin;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Request lines as nobody should write them, and policies about what they name. */
public final class RandomHeads {
  private static final List<String> PIECES =
      List.of(
          "/",
          "/",
          "/",
          "//",
          "\\",
          "..",
          ".",
          "...",
          ";x",
          ";",
          "admin",
          "admin",
          "ADMIN",
          "t",
          "secret",
          "deep",
          "end",
          "x",
          "%2e",
          "%2E%2e",
          "%2f",
          "%2F",
          "%5c",
          "%61dmin",
          "%25",
          "%252e",
          "%zz",
          "%",
          "?",
          "?a=/admin",
          "&b=%2e",
          "~",
          "*",
          "|",
          "%00",
          "%41",
          "'",
          "@");

  /** What no codec lets through. */
  private static final List<String> ODD = List.of("#x", "#", " ", "\u00e4", "{", "\"", "\t");

  private static final List<String> HOSTS =
      List.of(
          "ok.example",
          "ok.example",
          "evil.example",
          "EVIL.example",
          "evil.example:80",
          "a.evil.example:8080",
          "evil.example.",
          "[::1]:80",
          "ok.example:0",
          "u@evil.example",
          "",
          "evil.example/x");
  private static final List<String> METHODS =
      List.of("GET", "GET", "GET", "GET", "DELETE", "OPTIONS", "M-SEARCH", "get", "TRACE");
  private static final List<String> PATHS =
      List.of(
          "/admin",
          "/admin*",
          "*/secret",
          "*admin",
          "*",
          "/t/{*}/x",
          "/deep/{**}/end",
          "/t/{**}",
          "/x/admin",
          "/");
  private static final List<String> NAMED =
      List.of("evil.example", "*.example", "evil.example:*", "ok.example", "*", "[::1]:80");
  private static final List<String> VERBS = List.of("GET", "DELETE", "M-*", "*", "OPTIONS");

  /** A request as somebody writes it, one character a byte. */
  public record Head(String method, String host, String target) {
    /** Whether the target can stand in a request line at all. */
    boolean isLine() {
      return target.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** Whether a codec lets all of it through. */
    public boolean isPlain() {
      return isLine()
          && target.indexOf('#') < 0
          && StatedHead.read("GET", host, "/", PathNormalization.NONE).refusal() == null;
    }
  }

  private final Random random;

  public RandomHeads(long seed) {
    random = new Random(seed);
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  public Head head() {
    var target = new StringBuilder();
    switch (random.nextInt(24)) {
      case 0 -> target.append("http://").append(one(HOSTS));
      case 1 -> target.append("HTTPS://").append(one(HOSTS)).append('/');
      case 2 -> target.append(random.nextBoolean() ? "*" : "");
      default -> target.append('/');
    }
    for (int pieces = random.nextInt(9); pieces > 0; pieces--) {
      target.append(random.nextInt(60) == 0 ? one(ODD) : one(PIECES));
    }
    return new Head(one(METHODS), one(HOSTS), target.toString());
  }

  /** One to four policies about paths, hosts, methods and whole targets. */
  PolicySet policies() {
    List<AuthorizationPolicy> policies = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      policies.add(
          new AuthorizationPolicy(
              Origin.policy("foo", "p" + i),
              List.of(),
              random.nextInt(3) == 0 ? Action.ALLOW : Action.DENY,
              List.of(rule(), rule()),
              "",
              false));
    }
    return PolicySet.compile(policies, MeshTrust.DEFAULT);
  }

  private Rule rule() {
    var operation = new Operation(some(NAMED), Values.NONE, some(VERBS), some(PATHS));
    boolean whole = random.nextInt(4) == 0;
    return new Rule(
        List.of(),
        List.of(operation),
        whole
            ? List.of(new Condition("request.headers[:path]", Values.of(one(PATHS) + "*")))
            : List.of());
  }

  private Values some(List<String> of) {
    return switch (random.nextInt(4)) {
      case 0 -> Values.of(one(of));
      case 1 -> Values.of(one(of), one(of));
      case 2 -> new Values(List.of(), List.of(one(of)));
      default -> Values.NONE;
    };
  }

  /** What policy looks at. */
  public static StatedFacts facts(String method, StatedHead head) {
    RequestTarget target = Objects.requireNonNull(head.target());
    return new StatedFacts(
        true,
        "spiffe://cluster.local/ns/default/sa/sleep",
        null,
        null,
        null,
        80,
        null,
        head.authority(),
        method,
        target.path(),
        target.toString(),
        Map.of(),
        null);
  }
}
