// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.micro;

import io.waypoint.routing.RequestHead;
import io.waypoint.routing.RouteDecision;
import io.waypoint.routing.RouteTable;
import io.waypoint.routing.model.Backend;
import io.waypoint.routing.model.HeaderMatch;
import io.waypoint.routing.model.Match;
import io.waypoint.routing.model.Origin;
import io.waypoint.routing.model.PathMatch;
import io.waypoint.routing.model.Route;
import io.waypoint.routing.model.Rule;
import io.waypoint.routing.model.ValueMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A request routed by prefix and header, among few rules and among many. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RouteBench {
  @Param({"10", "1000"})
  public int rules;

  private RouteTable table = RouteTable.compile(List.of());
  private RequestHead[] heads = {};
  private int next;

  @Setup(Level.Trial)
  public void prepare() {
    List<Route> all = new ArrayList<>();
    for (int i = 0; i < rules; i++) {
      var version = new HeaderMatch("version", new ValueMatch.Exact("v" + i % 3));
      var match = new Match(new PathMatch.Prefix("/api/" + i), "GET", List.of(version), List.of());
      var backend = Backend.broken("nobody", "default", 1, "no requests are sent");
      var rule = new Rule(null, List.of(match), List.of(), List.of(backend));
      var origin = new Origin("HTTPRoute", "default", "r" + i, null);
      all.add(new Route(origin, List.of(rule)));
    }
    table = RouteTable.compile(all);
    heads = new RequestHead[64];
    for (int i = 0; i < heads.length; i++) {
      int rule = i * 7 % rules;
      heads[i] = new Get("/api/" + rule + "/items/" + i, "v" + rule % 3);
    }
  }

  @Benchmark
  public RouteDecision match() {
    next = next + 1 & 63;
    return table.route(heads[next]);
  }

  private record Get(String path, String version) implements RequestHead {
    @Override
    public String method() {
      return "GET";
    }

    @Override
    public @Nullable String query() {
      return null;
    }

    @Override
    public @Nullable String header(String name) {
      return name.equals("version") ? version : null;
    }
  }
}
