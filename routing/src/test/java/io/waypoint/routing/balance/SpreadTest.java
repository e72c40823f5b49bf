// SPDX-License-Identifier: Apache-2.0
package io.waypoint.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** policies.md 5.5, 5.13 to 5.16. */
class SpreadTest {
  private static final Locality HERE = new Locality("eu", "eu-1", "rack-1", "node-1");

  private static Endpoint at(String place, int i) {
    String[] parts = (place + "///").split("/", -1);
    return new Endpoint(
        InetSocketAddress.createUnresolved("10.0.0." + i, 80),
        null,
        place + "#" + i,
        true,
        new Locality(parts[0], parts[1], parts[2], parts[3]));
  }

  private static EndpointSet set(String... places) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String place : places) {
      endpoints.add(at(place, endpoints.size()));
    }
    return new EndpointSet("reviews", "default", 80, false, endpoints);
  }

  private static List<String> told(Spread spread) {
    return spread.groups().stream()
        .map(group ->
            group.share()
                + "% "
                + group.endpoints().endpoints().stream().map(Endpoint::workload).toList()
                + (group.panic() ? " panic" : ""))
        .toList();
  }

  private static Spread spread(EndpointSet set, LocalityRule rule, int panic, String... out) {
    Set<String> ejected = Set.of(out);
    return Spread.of(set, e -> ejected.contains(e.workload()), rule, HERE, panic);
  }

  @Test
  void withoutARuleAllAreOneGroup() {
    assertThat(told(spread(set("eu/eu-1", "us/us-1"), LocalityRule.ANYWHERE, 0)))
        .containsExactly("100% [eu/eu-1#0, us/us-1#1]");
  }

  @Test
  void anEjectedOneIsLeftOut() {
    assertThat(told(spread(set("eu", "eu", "eu"), LocalityRule.ANYWHERE, 0, "eu#1")))
        .containsExactly("100% [eu#0, eu#2]");
  }

  @Test
  void withAllEjectedThereIsNobodyUnlessItPanics() {
    EndpointSet set = set("eu", "eu");
    assertThat(told(spread(set, LocalityRule.ANYWHERE, 0, "eu#0", "eu#1")))
        .containsExactly("100% []");
    assertThat(told(spread(set, LocalityRule.ANYWHERE, 50, "eu#0", "eu#1")))
        .containsExactly("100% [eu#0, eu#1] panic");
  }

  @Test
  void panicBeginsBelowItsThreshold() {
    EndpointSet set = set("eu", "eu", "eu", "eu");
    assertThat(told(spread(set, LocalityRule.ANYWHERE, 50, "eu#0", "eu#1")))
        .containsExactly("100% [eu#2, eu#3]");
    assertThat(told(spread(set, LocalityRule.ANYWHERE, 51, "eu#0", "eu#1")))
        .containsExactly("100% [eu#0, eu#1, eu#2, eu#3] panic");
  }

  @Test
  void closerOnesComeFirst() {
    EndpointSet set = set("us/us-1", "eu/eu-2", "eu/eu-1/rack-1", "eu/eu-1/rack-2");
    assertThat(told(spread(set, LocalityRule.FAILOVER, 0)))
        .containsExactly(
            "100% [eu/eu-1/rack-1#2]", "0% [eu/eu-1/rack-2#3]", "0% [eu/eu-2#1]", "0% [us/us-1#0]");
  }

  @Test
  void theConfiguredRegionComesBeforeOtherStrangers() {
    EndpointSet set = set("asia/a", "us/us-1", "eu/eu-2");
    assertThat(told(spread(set, LocalityRule.failover(Map.of("eu", "us")), 0)))
        .containsExactly("100% [eu/eu-2#2]", "0% [us/us-1#1]", "0% [asia/a#0]");
  }

  /** An endpoint counts for 1.4: 8 of 10 are enough, 5 of 10 hand on 30 %. */
  @ParameterizedTest
  @CsvSource({"2, 100, 0", "3, 98, 2", "5, 70, 30", "9, 14, 86", "10, 0, 100"})
  void whatTheCloserOnesCannotCarryGoesToTheNext(int ejected, int near, int far) {
    String[] places = new String[20];
    String[] out = new String[ejected];
    for (int i = 0; i < 20; i++) {
      places[i] = i < 10 ? "eu/eu-1" : "eu/eu-2";
    }
    for (int i = 0; i < ejected; i++) {
      out[i] = "eu/eu-1#" + i;
    }
    List<Spread.Group> groups = spread(set(places), LocalityRule.SAME_ZONE, 0, out).groups();
    assertThat(groups).extracting(Spread.Group::share).containsExactly(near, far);
  }

  @Test
  void theSameNodeIsCloserThanTheSameZone() {
    EndpointSet set = set("eu/eu-1/rack-1/node-2", "eu/eu-1/rack-1/node-1");
    assertThat(told(spread(set, LocalityRule.SAME_NODE, 0)))
        .containsExactly("100% [eu/eu-1/rack-1/node-1#1]", "0% [eu/eu-1/rack-1/node-2#0]");
    assertThat(told(spread(set, LocalityRule.SAME_ZONE, 0))).hasSize(1);
  }

  @Test
  void anUnknownPlaceIsNobodysNeighbour() {
    var rule = LocalityRule.SAME_ZONE;
    EndpointSet set = set("", "");
    assertThat(Spread.of(set, e -> false, rule, Locality.UNKNOWN, 0).groups()).hasSize(1);
    assertThat(told(spread(set("", "eu/eu-1"), rule, 0)))
        .containsExactly("100% [eu/eu-1#1]", "0% [#0]");
  }

  @Test
  void sharesAreDistributedOverPlaces() {
    EndpointSet set = set("eu/eu-1/a", "eu/eu-2", "us/us-1");
    var rule = new LocalityRule.Distribute(Map.of("*", Map.of("eu/eu-1/*", 80, "us/*", 20)));
    assertThat(told(spread(set, rule, 0)))
        .containsExactlyInAnyOrder("80% [eu/eu-1/a#0]", "20% [us/us-1#2]");
    assertThat(told(spread(set, rule, 0, "us/us-1#2")))
        .containsExactlyInAnyOrder("100% [eu/eu-1/a#0]", "0% []");
  }

  @Test
  void sharesAddUpToOneHundred() {
    assertThatThrownBy(() -> new LocalityRule.Distribute(Map.of("*", Map.of("eu/*", 80))))
        .hasMessageContaining("100");
  }

  @Test
  void aDrawFollowsTheShares() {
    String[] out = {"eu/eu-1#0"};
    Spread spread = spread(set("eu/eu-1", "eu/eu-1", "eu/eu-2"), LocalityRule.SAME_ZONE, 0, out);
    RandomGenerator random = new SplittableRandom(4);
    int near = 0;
    for (int i = 0; i < 100_000; i++) {
      near += spread.choose(random) == 0 ? 1 : 0;
    }
    assertThat(near).isBetween(69_300, 70_700);
  }

  @Test
  void thereIsAlwaysAGroup() {
    assertThat(told(spread(set(), LocalityRule.SAME_ZONE, 50))).containsExactly("100% []");
  }
}
