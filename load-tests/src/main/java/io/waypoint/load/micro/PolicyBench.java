// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.micro;

import io.waypoint.rbac.MeshTrust;
import io.waypoint.rbac.PolicySet;
import io.waypoint.rbac.RequestFacts;
import io.waypoint.rbac.StatedFacts;
import io.waypoint.rbac.Verdict;
import io.waypoint.rbac.model.Action;
import io.waypoint.rbac.model.AuthorizationPolicy;
import io.waypoint.rbac.model.Operation;
import io.waypoint.rbac.model.Origin;
import io.waypoint.rbac.model.Rule;
import io.waypoint.rbac.model.Source;
import io.waypoint.rbac.model.TargetRef;
import io.waypoint.rbac.model.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A request judged by few policies and by many, one of which allows it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PolicyBench {
  private static final int CALLERS = 8;

  @Param({"10", "1000"})
  public int policies;

  private PolicySet set = PolicySet.ALLOW_ALL;
  private RequestFacts[] facts = {};
  private int next;

  @Setup(Level.Trial)
  public void prepare() {
    List<AuthorizationPolicy> all = new ArrayList<>();
    for (int i = 0; i < policies; i++) {
      Rule rule =
          new Rule(
              List.of(principals("cluster.local/ns/foo/sa/a" + i)),
              List.of(
                  new Operation(
                      Values.NONE, Values.NONE, Values.of("GET"), Values.of("/api/" + i + "/*"))),
              List.of());
      all.add(
          new AuthorizationPolicy(
              Origin.policy("foo", "p" + i),
              List.of(TargetRef.service("httpbin")),
              Action.ALLOW,
              List.of(rule),
              "",
              false));
    }
    set = PolicySet.compile(all, MeshTrust.DEFAULT);
    facts = new RequestFacts[CALLERS];
    for (int i = 0; i < facts.length; i++) {
      facts[i] = ask("spiffe://cluster.local/ns/foo/sa/a" + i, "/api/" + i + "/x");
    }
  }

  private static Source principals(String caller) {
    return new Source(
        Values.of(caller),
        Values.NONE,
        Values.NONE,
        Values.NONE,
        Values.NONE,
        Values.NONE,
        Values.NONE);
  }

  private static RequestFacts ask(String caller, String path) {
    return new StatedFacts(
        true, caller, null, null, null, 80, null, "httpbin", "GET", path, path, Map.of(), null);
  }

  @Benchmark
  public Verdict check() {
    next = next + 1 & CALLERS - 1;
    return set.check(facts[next]);
  }
}
