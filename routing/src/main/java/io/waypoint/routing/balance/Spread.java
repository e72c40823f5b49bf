// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * The endpoints of a backend that may serve, in groups, each with a share of the requests. It is
 * made when endpoints, their health or the policy change, so that a pick costs one draw.
 *
 * <p>With priorities, a group hands on what its health does not cover, an endpoint counting for 1.4
 * (Envoy's overprovisioning): with 8 of 10 endpoints left nothing is handed on, with 5 of 10 it is
 * 30 %. When too few are left over all groups, those of a group whose share of healthy ones is
 * below the panic threshold are all used, whatever their health.
 */
public final class Spread {
  /** Shares are parts of so many. */
  static final int WHOLE = 100;

  private static final int OVERPROVISIONED = 140;

  /**
   * @param endpoints those that may be picked; may be empty
   * @param share of the requests, 0 to 100; those of all groups add up to 100
   * @param panic whether unhealthy endpoints are among them because too few healthy ones are left
   */
  public record Group(EndpointSet endpoints, int share, boolean panic) {}

  private final List<Group> groups;

  private Spread(List<Group> groups) {
    this.groups = List.copyOf(groups);
  }

  /**
   * @param out which of the ready endpoints are ejected
   * @param own where this proxy runs
   * @param panicPercent below how many healthy endpoints of a hundred all are used; 0 for never
   */
  public static Spread of(
      EndpointSet set, Predicate<Endpoint> out, LocalityRule rule, Locality own, int panicPercent) {
    List<Endpoint> ready = set.endpoints().subList(0, set.readyCount());
    List<Members> members = new ArrayList<>();
    switch (rule) {
      case LocalityRule.Anywhere() -> members.add(new Members(ready, out));
      case LocalityRule.Closest closest ->
          byDistance(ready, closest, closest.here() == null ? own : closest.here())
              .values()
              .forEach(group -> members.add(new Members(group, out)));
      case LocalityRule.Distribute rules -> {
        Map<String, Integer> weights = rules.weights(own);
        if (!weights.isEmpty()) {
          return distribute(set, ready, out, weights, panicPercent);
        }
        members.add(new Members(ready, out));
      }
    }
    return prioritize(set, members, panicPercent);
  }

  /** One draw, and none when there is no choice. */
  public int choose(RandomGenerator random) {
    if (groups.size() == 1) {
      return 0;
    }
    int left = random.nextInt(WHOLE);
    for (int i = 0; i < groups.size(); i++) {
      left -= groups.get(i).share;
      if (left < 0) {
        return i;
      }
    }
    return 0;
  }

  /** In the order of preference; at least one. */
  public List<Group> groups() {
    return groups;
  }

  /** The members of a group and those of them that are well. */
  private static final class Members {
    private final List<Endpoint> all;
    private final List<Endpoint> well;

    Members(List<Endpoint> all, Predicate<Endpoint> out) {
      this.all = all;
      this.well = all.stream().filter(out.negate()).toList();
    }

    int health() {
      return all.isEmpty() ? 0 : Math.min(WHOLE, OVERPROVISIONED * well.size() / all.size());
    }

    boolean panics(int panicPercent) {
      return !all.isEmpty() && WHOLE * well.size() < panicPercent * all.size();
    }

    Group group(EndpointSet set, int share, boolean panic) {
      return new Group(set.with(panic ? all : well), share, panic);
    }
  }

  /** Under the number of their distance, the closest first. */
  private static Map<Integer, List<Endpoint>> byDistance(
      List<Endpoint> ready, LocalityRule.Closest rule, Locality own) {
    Map<Integer, List<Endpoint>> groups = new TreeMap<>();
    for (Endpoint endpoint : ready) {
      groups
          .computeIfAbsent(distance(endpoint.locality(), rule, own), _ -> new ArrayList<>())
          .add(endpoint);
    }
    return groups;
  }

  private static int distance(Locality other, LocalityRule.Closest rule, Locality own) {
    int shared = 0;
    while (shared < rule.parts().size() && own.shares(rule.parts().get(shared), other)) {
      shared++;
    }
    int distance = 2 * (rule.parts().size() - shared);
    boolean isRefuge =
        !other.region().isEmpty() && other.region().equals(rule.regions().get(own.region()));
    return shared == 0 && isRefuge ? distance - 1 : distance;
  }

  private static Spread prioritize(EndpointSet set, List<Members> members, int panicPercent) {
    int total = members.stream().mapToInt(Members::health).sum();
    boolean scarce = total < WHOLE;
    List<Group> groups = new ArrayList<>();
    int left = WHOLE;
    for (Members group : members) {
      int share = total == 0 ? 0 : Math.min(left, group.health() * WHOLE / Math.min(WHOLE, total));
      left -= share;
      groups.add(group.group(set, share, scarce && group.panics(panicPercent)));
    }
    if (groups.isEmpty()) {
      groups.add(new Group(set.with(List.of()), 0, false));
    }
    // What rounding leaves over, or everything when nobody is well: the most preferred that can.
    int heir = 0;
    for (int i = groups.size() - 1; i >= 0; i--) {
      heir = groups.get(i).endpoints.endpoints().isEmpty() ? heir : i;
    }
    Group first = groups.get(heir);
    groups.set(heir, new Group(first.endpoints, first.share + left, first.panic));
    return new Spread(groups);
  }

  /** Each place has its share times its health; who has no endpoint has none. */
  private static Spread distribute(
      EndpointSet set,
      List<Endpoint> ready,
      Predicate<Endpoint> out,
      Map<String, Integer> weights,
      int panicPercent) {
    List<Members> members = new ArrayList<>();
    List<Integer> wanted = new ArrayList<>();
    List<Endpoint> rest = new ArrayList<>(ready);
    weights.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByKey().reversed())
        .forEach(entry -> {
          var group = rest.stream().filter(e -> e.locality().isWithin(entry.getKey())).toList();
          rest.removeAll(group);
          var counted = new Members(group, out);
          members.add(counted);
          boolean all = counted.panics(panicPercent);
          wanted.add(entry.getValue() * (all ? WHOLE : counted.health()));
        });
    long total = wanted.stream().mapToLong(Integer::longValue).sum();
    List<Group> groups = new ArrayList<>();
    int left = WHOLE;
    int largest = 0;
    for (int i = 0; i < members.size(); i++) {
      int share = total == 0 ? 0 : (int) ((long) wanted.get(i) * WHOLE / total);
      left -= share;
      groups.add(members.get(i).group(set, share, members.get(i).panics(panicPercent)));
      largest = share > groups.get(largest).share ? i : largest;
    }
    Group most = groups.get(largest);
    groups.set(largest, new Group(most.endpoints, most.share + left, most.panic));
    return new Spread(groups);
  }
}
