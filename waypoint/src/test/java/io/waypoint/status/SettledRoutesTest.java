// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.discovery.kube.KubeObject;
import io.waypoint.discovery.verdict.RouteFacts;
import io.waypoint.world.GatewayName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SettledRoutesTest {
  private static final GatewayName GATEWAY = new GatewayName("shop", "waypoint");
  private static final KubeObject ROUTE = route("1");
  private static final RouteFacts FACTS = facts();

  private final SettledRoutes settled = new SettledRoutes();

  private static KubeObject route(String version) {
    return new KubeObject("HTTPRoute", "shop", "cart", "uid", 1, version, null, null);
  }

  private static RouteFacts facts() {
    return new RouteFacts(
        "HTTPRoute", "shop", "cart", "here", 1, false, List.of(), List.of(), "shop/waypoint");
  }

  private static RouteReading reading(
      RouteFacts facts, Set<GatewayName> siblings, Set<String> held) {
    return new RouteReading(
        GATEWAY, siblings, Map.of("HTTPRoute shop/cart", facts), Map.of(), held);
  }

  private static RouteReading reading(RouteFacts facts) {
    return reading(facts, Set.of(GATEWAY), Set.of());
  }

  private void settle() {
    settled.turn();
    settled.add(ROUTE, reading(FACTS));
    settled.turn();
  }

  @Test
  void aRouteIsJudgedUntilItsStatusSaysWhatItShould() {
    settled.turn();
    assertThat(settled.has(ROUTE, reading(FACTS))).isFalse();
    settled.add(ROUTE, reading(FACTS));
    settled.turn();
    assertThat(settled.has(ROUTE, reading(FACTS))).isTrue();
    settled.turn();
    assertThat(settled.has(ROUTE, reading(FACTS))).as("and later").isTrue();
  }

  @Test
  void aRouteThatSomebodyWroteIsJudgedAgain() {
    settle();
    assertThat(settled.has(route("1"), reading(FACTS))).isFalse();
  }

  @Test
  void aRouteOfWhichSomethingElseIsFoundIsJudgedAgain() {
    settle();
    assertThat(settled.has(ROUTE, reading(facts()))).isFalse();
  }

  @Test
  void aRouteIsJudgedAgainWhenItsNewestVersionIsHeldBackOrOtherGatewaysAreOurs() {
    settle();
    assertThat(settled.has(ROUTE, reading(FACTS, Set.of(GATEWAY), Set.of("HTTPRoute shop/cart"))))
        .isFalse();
    assertThat(settled.has(ROUTE, reading(FACTS, Set.of(), Set.of()))).isFalse();
  }

  @Test
  void whatOneLookDidNotSeeIsForgotten() {
    settle();
    settled.turn();
    assertThat(settled.has(ROUTE, reading(FACTS))).isFalse();
  }
}
