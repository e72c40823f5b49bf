// SPDX-License-Identifier: Apache-2.0
package io.waypoint.rbac;

import static io.waypoint.rbac.Sample.on;
import static io.waypoint.rbac.Sample.paths;
import static io.waypoint.rbac.Sample.principals;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Operation;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.Values;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A check looks at few of many rules, and allocates nothing. */
class ManyPoliciesTest {
  private static final int POLICIES = 1_000;

  static Stream<IntFunction<Rule>> rulesOfTheirOwn() {
    return Stream.of(
        i -> both(principals(Values.of("cluster.local/ns/foo/sa/a" + i)), "/*"),
        i -> both(Sample.namespaces(Values.of("foo" + i)), "/*"),
        i -> both(Sample.source("serviceAccounts", Values.of("foo" + i + "/a")), "/*"),
        i -> both(principals(Values.of("*")), "/api/" + i),
        i -> both(principals(Values.of("*")), "/api/" + i + "/*"),
        i -> both(principals(Values.of("*")), "/api/" + i + "/{*}/x"),
        i -> both(principals(Values.of("cluster.local/ns/foo/sa/a7")), "/api/" + i + "/*"),
        i -> on(Sample.operation("NONE", "/api/" + i)),
        i -> Sample.when("source.principal", Values.of("cluster.local/ns/foo/sa/a" + i)));
  }

  /** A rule with its own key, and a method so that evaluations can be counted. */
  private static Rule both(io.waypoint.rbac.model.Source source, String path) {
    return new Rule(
        List.of(source),
        List.of(new Operation(Values.NONE, Values.NONE, Values.of("NONE"), Values.of(path))),
        List.of());
  }

  @ParameterizedTest
  @MethodSource("rulesOfTheirOwn")
  void aRequestMeetsOnlyTheRulesOfItsKeys(IntFunction<Rule> rule) {
    PolicySet set = many(rule);
    for (String path : List.of("/api/7/a/x", "/api/777", "/other")) {
      assertThat(evaluations(set, Ask.get(path).as("foo7/a"))).as(path).isLessThanOrEqualTo(3);
      assertThat(evaluations(set, Ask.get(path).as("foo/a7"))).as(path).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void aRequestOfNobodyMeetsNoRuleOfSomebody() {
    PolicySet set = many(i -> both(principals(Values.of("cluster.local/ns/foo/sa/a" + i)), "/*"));
    assertThat(evaluations(set, Ask.get("/").principal(null))).isZero();
  }

  private static int evaluations(PolicySet set, Ask ask) {
    var reads = new AtomicInteger();
    Verdict verdict = set.check(InterceptedFacts.countingMethodReads(ask.facts(), reads));
    assertThat(verdict.policyId()).doesNotStartWith("error");
    return reads.get();
  }

  private static PolicySet many(IntFunction<Rule> rule) {
    List<AuthorizationPolicy> policies =
        IntStream.range(0, POLICIES)
            .mapToObj(
                i -> Sample.policy(i % 2 == 0 ? Action.DENY : Action.ALLOW, "p" + i, rule.apply(i)))
            .toList();
    return PolicySet.compile(policies, MeshTrust.DEFAULT);
  }

  @Test
  void anAllowedRequestAllocatesNothing() {
    PolicySet set =
        PolicySet.compile(
            Stream.concat(
                    IntStream.range(0, POLICIES)
                        .mapToObj(i ->
                            Sample.policy(
                                Action.DENY,
                                "p" + i,
                                both(principals(Values.of("*")), "/api/" + i + "/*"))),
                    everyKindOfField())
                .toList(),
            MeshTrust.DEFAULT);
    StatedFacts facts =
        Ask.get("/api/7/x")
            .sni("a.example")
            .header("x-role", "user")
            .claims(Map.of("iss", "i", "sub", "s", "groups", List.of("a", "b")))
            .facts();
    assertThat(set.check(facts).policyId()).isEqualTo("ns[foo]-policy[z]-rule[0]");
    assertThat(allocatedBy(set, facts)).isZero();
  }

  private static Stream<AuthorizationPolicy> everyKindOfField() {
    return Stream.of(
        Sample.policy(
            Action.DENY,
            "y",
            on(paths("/{*}/none/{**}", "*none", "/none")),
            on(Sample.hosts("none.*", "*.none", "none")),
            Sample.by(Sample.ipBlocks(Values.of("192.0.2.0/24", "2001:db8::/32"))),
            Sample.by(Sample.source("trustDomains", Values.of("none*"))),
            Sample.by(Sample.namespaces(Values.of("n*e"))),
            Sample.by(Sample.source("serviceAccounts", Values.of("foo/none"))),
            Sample.by(Sample.source("requestPrincipals", Values.of("i/none"))),
            Sample.when("request.headers[x-role]", Values.of("none", "no*")),
            Sample.when("request.auth.claims[groups]", Values.of("none", "*no")),
            Sample.when("connection.sni", Values.of("none")),
            on(Sample.ports(Values.of("1")))),
        Sample.policy(
            Action.ALLOW,
            "z",
            Sample.rule(principals(Values.of("*/sa/a")), Sample.operation("GET", "/api*"))));
  }

  /** Bytes for a hundred thousand checks, after the compiler has seen them. */
  private static long allocatedBy(PolicySet set, RequestFacts facts) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 10 && least > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 100_000; i++) {
        set.check(facts);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}
