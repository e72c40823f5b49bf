// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Condition;
import io.waypoint.rbac.model.Operation;
import io.waypoint.rbac.model.Origin;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.Source;
import io.waypoint.rbac.model.TargetRef;
import io.waypoint.rbac.model.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Policies and requests from small vocabularies, so that they meet often. */
final class RandomPolicies {
  private static final Map<String, List<String>> VALUES =
      Map.ofEntries(
          Map.entry(
              "principals",
              List.of(
                  "cluster.local/ns/foo/sa/a",
                  "td1/ns/foo/sa/a",
                  "td2/ns/bar/sa/b",
                  "*",
                  "*/sa/a",
                  "td1/ns/foo/*",
                  "other/ns/foo/sa/a",
                  "*/ns/bar/sa/b",
                  "td1/ns/a.b/sa/c")),
          Map.entry(
              "requestPrincipals", List.of("*", "iss/sub", "iss/*", "*/sub", "iss/s*", "*ss/sub")),
          Map.entry("namespaces", List.of("foo", "bar", "f*", "*r", "*", "a.b", "f*o")),
          Map.entry("serviceAccounts", List.of("a", "b", "bar/b", "foo/a", "a.b/c")),
          Map.entry("trustDomains", List.of("td1", "td2", "td*", "*1", "*", "other", "a*b")),
          Map.entry(
              "ipBlocks",
              List.of("10.0.0.0/8", "10.1.2.3", "192.0.2.0/25", "2001:db8::/32", "::1", "bad")),
          Map.entry("hosts", List.of("a.example", "*.example", "a.*", "*", "b.example:80")),
          Map.entry("ports", List.of("80", "8080", "9000", "70000")),
          Map.entry("methods", List.of("GET", "POST", "P*", "*", "*T", "get")),
          Map.entry(
              "paths",
              List.of(
                  "/",
                  "/a",
                  "/a/b",
                  "/a*",
                  "*b",
                  "*",
                  "/a/{*}",
                  "/a/{**}",
                  "/{*}/b",
                  "/{**}/b",
                  "/a/b/c",
                  "/a/b*",
                  "/{bad}{*}")),
          Map.entry("text", List.of("x", "y", "x*", "*y", "*", "")));
  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("source.ip", "ipBlocks"),
          Map.entry("remote.ip", "ipBlocks"),
          Map.entry("destination.ip", "ipBlocks"),
          Map.entry("destination.port", "ports"),
          Map.entry("source.namespace", "namespaces"),
          Map.entry("source.principal", "principals"),
          Map.entry("source.serviceAccount", "serviceAccounts"),
          Map.entry("source.trustDomain", "trustDomains"),
          Map.entry("request.auth.principal", "requestPrincipals"),
          Map.entry("connection.sni", "hosts"),
          Map.entry("request.headers[x-a]", "text"),
          Map.entry("request.auth.claims[c]", "text"),
          Map.entry("no.such.key", "text"));
  private static final List<String> KEY_NAMES = KEYS.keySet().stream().sorted().toList();

  private final Random random;

  RandomPolicies(long seed) {
    random = new Random(seed);
  }

  List<AuthorizationPolicy> policies(int atMost) {
    List<AuthorizationPolicy> policies = new ArrayList<>();
    for (int count = random.nextInt(atMost + 1); count > 0; count--) {
      policies.add(policy("p" + policies.size()));
    }
    return policies;
  }

  AuthorizationPolicy policy(String name) {
    Action action =
        pick(
            List.of(
                Action.ALLOW,
                Action.ALLOW,
                Action.ALLOW,
                Action.DENY,
                Action.DENY,
                Action.AUDIT,
                Action.CUSTOM));
    return policy(name, action);
  }

  AuthorizationPolicy policy(String name, Action action) {
    return new AuthorizationPolicy(
        Origin.policy(pick(List.of("foo", "bar")), name),
        List.of(TargetRef.service("httpbin")),
        action,
        some(2, this::rule),
        action == Action.CUSTOM ? pick(List.of("opa", "opb")) : "",
        random.nextInt(10) == 0);
  }

  private Rule rule() {
    return new Rule(
        some(2, this::source),
        some(2, this::operation),
        random.nextInt(3) == 0 ? some(2, this::condition) : List.of());
  }

  private Source source() {
    return new Source(
        values("principals", 3),
        values("requestPrincipals", 8),
        values("namespaces", 4),
        values("serviceAccounts", 8),
        values("trustDomains", 8),
        values("ipBlocks", 8),
        values("ipBlocks", 8));
  }

  private Operation operation() {
    return new Operation(
        values("hosts", 6), values("ports", 6), values("methods", 3), values("paths", 2));
  }

  private Condition condition() {
    String key = pick(KEY_NAMES);
    String field = KEYS.getOrDefault(key, "text");
    Values values = values(field, 1);
    List<String> pool = VALUES.getOrDefault(field, List.of());
    return new Condition(key, values.isEmpty() ? Values.of(pick(pool)) : values);
  }

  /** Present once in {@code rarity} times; mostly positive. */
  private Values values(String field, int rarity) {
    if (random.nextInt(rarity) != 0) {
      return Values.NONE;
    }
    List<String> pool = VALUES.getOrDefault(field, List.of());
    Supplier<String> one = () -> pick(pool);
    return new Values(
        random.nextInt(4) == 0 ? List.of() : some(2, one),
        random.nextInt(4) == 0 ? some(1, one) : List.of());
  }

  StatedFacts facts() {
    return facts(random.nextInt(4) != 0);
  }

  StatedFacts facts(boolean http) {
    Ask ask = http ? Ask.get(pick(PATHS)) : Ask.tcp();
    ask.principal(pickOrNull(PRINCIPALS))
        .sourceIp(pickOrNull(ADDRESSES))
        .remoteIp(pickOrNull(ADDRESSES))
        .destination(pickOrNull(ADDRESSES), pick(List.of(80, 8080, 9000, 1)))
        .sni(pickOrNull(HOSTS));
    if (http) {
      ask.host(pickOrNull(HOSTS)).method(pick(List.of("GET", "POST", "PUT")));
      some(2, () -> pick(List.of("x", "y", "xy", ""))).forEach(line -> ask.header("x-a", line));
      ask.claims(pick(CLAIMS));
    }
    return ask.facts();
  }

  private static final List<String> PATHS =
      List.of("/", "/a", "/a/", "/a/b", "/a/b/c", "/ab", "/b", "/a//b", "/x/b");
  private static final List<String> ADDRESSES =
      List.of("10.1.2.3", "10.9.9.9", "192.0.2.1", "192.0.2.200", "2001:db8::7", "::1");
  private static final List<String> HOSTS =
      List.of("a.example", "A.Example", "b.example:80", "a.org", "other");
  private static final List<String> PRINCIPALS =
      List.of(
          "spiffe://td1/ns/foo/sa/a",
          "spiffe://td2/ns/foo/sa/a",
          "spiffe://td2/ns/bar/sa/b",
          "spiffe://cluster.local/ns/foo/sa/a",
          "spiffe://other/ns/foo/sa/a",
          "spiffe://td1/ns/a.b/sa/c",
          "spiffe://td1/ns/aXb/sa/c",
          "spiffe://td1/ns/foo/sa/a/pod/x",
          "spiffe://td1/ns/bar/ns/foo/sa/a",
          "spiffe://td1/ns/foo",
          "odd");
  private static final List<@Nullable Map<String, Object>> CLAIMS =
      java.util.Arrays.asList(
          null,
          Map.of("iss", "iss", "sub", "sub", "c", "x"),
          Map.of("iss", "boss", "sub", "sub", "c", List.of("y", 7, "xy")),
          Map.of("iss", "iss", "sub", "other", "c", 7),
          Map.of("iss", "iss", "c", ""));

  private <T> List<T> some(int atMost, Supplier<T> one) {
    List<T> all = new ArrayList<>();
    for (int count = random.nextInt(atMost + 1); count > 0; count--) {
      all.add(one.get());
    }
    return all;
  }

  private @Nullable String pickOrNull(List<String> pool) {
    return random.nextInt(8) == 0 ? null : pick(pool);
  }

  private <T extends @Nullable Object> T pick(List<T> pool) {
    return pool.get(random.nextInt(pool.size()));
  }
}
