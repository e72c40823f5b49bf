// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load.micro;

import io.waypoint.routing.balance.Balancer;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.routing.balance.EndpointSet;
import io.waypoint.routing.balance.HashKey;
import io.waypoint.routing.balance.LoadBalancing;
import io.waypoint.routing.balance.Placement;
import io.waypoint.routing.balance.Tried;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
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

/** One endpoint chosen among few and among many. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PickBench {
  private static final int MAGLEV = 65_537;
  private static final int RING = 1_024;

  @Param({"ROUND_ROBIN", "LEAST_REQUEST", "RANDOM", "RING_HASH", "MAGLEV"})
  public String algorithm = "";

  @Param({"10", "1000"})
  public int endpoints;

  private EndpointSet set = of(1);
  private Balancer balancer = LoadBalancing.Simple.RANDOM.balancer();
  private final Request request = new Request();

  /** Ready endpoints, each with a few requests under way. */
  private static EndpointSet of(int count) {
    List<Endpoint> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      var address = InetSocketAddress.createUnresolved("10.1." + i / 256 + "." + i % 256, 8080);
      all.add(new Endpoint(address, null, "default/w" + i, true));
    }
    return new EndpointSet("reviews", "default", 80, false, all);
  }

  @Setup(Level.Trial)
  public void prepare() {
    HashKey key = new HashKey.Header("user");
    LoadBalancing balancing =
        switch (algorithm) {
          case "RING_HASH" -> new LoadBalancing.RingHash(key, RING);
          case "MAGLEV" -> new LoadBalancing.Maglev(key, MAGLEV);
          default -> LoadBalancing.Simple.valueOf(algorithm);
        };
    set = of(endpoints);
    balancer = balancing.balancer();
  }

  @Benchmark
  public @Nullable Endpoint pick() {
    return balancer.pick(set, request);
  }

  /** A first attempt with another key each time. What is under way is counted elsewhere. */
  private static final class Request implements Placement {
    private final RandomGenerator random = new SplittableRandom(1);
    private long key;

    @Override
    public Tried tried() {
      return Tried.NONE;
    }

    @Override
    public int active(Endpoint endpoint) {
      key++;
      return (int) key & 3;
    }

    @Override
    public RandomGenerator random() {
      return random;
    }

    @Override
    public long hash(HashKey by) {
      key += 0x9E3779B97F4A7C15L;
      return key;
    }
  }
}
