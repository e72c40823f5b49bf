// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.discovery.kube.KubeObject;
import io.waypoint.discovery.verdict.Condition;
import io.waypoint.discovery.verdict.PolicyVerdict;
import io.waypoint.world.GatewayName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The list of a policy that all Gateways share. */
class PolicyStatusTest {
  private static final Instant EARLY = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant LATE = Instant.parse("2026-01-02T00:00:00Z");
  private static final String US = "waypoint.dev/gateway-controller";

  private static KubeObject policy(long generation) {
    return new KubeObject("BackendTLSPolicy", "shop", "p", "u", generation, "1", null, null);
  }

  private static PolicyStatus of(String gateway, boolean concerns, boolean accepted) {
    Condition condition =
        accepted
            ? Condition.yes(Condition.ACCEPTED, "Accepted", "")
            : Condition.no(Condition.ACCEPTED, "NoValidCACertificate", "");
    return new PolicyStatus(
        new GatewayName("shop", gateway),
        List.of(
            new PolicyVerdict(
                "BackendTLSPolicy", "shop", "p", "", List.of(condition), concerns, List.of())));
  }

  private static List<Map<String, Object>> write(
      PolicyStatus status, @Nullable Object existing, Instant now) {
    return Objects.requireNonNull(status.ancestors(policy(1), existing, now));
  }

  private static Object status(List<Map<String, Object>> ancestors) {
    return Map.of("ancestors", ancestors);
  }

  @Test
  void aSecondLookWritesNothing() {
    PolicyStatus us = of("waypoint", true, true);
    List<Map<String, Object>> first = write(us, null, EARLY);
    assertThat(first).singleElement().asString().contains("kind=Gateway", "name=waypoint", US);
    assertThat(us.ancestors(policy(1), status(first), LATE)).isNull();
  }

  @Test
  void everyWaypointHasItsOwnEntry() {
    List<Map<String, Object>> first = write(of("waypoint", true, true), null, EARLY);
    List<Map<String, Object>> both = write(of("other", true, false), status(first), LATE);
    assertThat(both).hasSize(2);
    assertThat(both.getFirst()).isEqualTo(first.getFirst());
    List<Map<String, Object>> left = write(of("other", false, false), status(both), LATE);
    assertThat(left).isEqualTo(first);
  }

  @Test
  void aConditionKeepsItsTimeUntilItChanges() {
    List<Map<String, Object>> first = write(of("waypoint", true, true), null, EARLY);
    List<Map<String, Object>> newer =
        Objects.requireNonNull(
            of("waypoint", true, true).ancestors(policy(2), status(first), LATE));
    assertThat(newer.toString()).contains(EARLY.toString(), "observedGeneration=2");
    assertThat(write(of("waypoint", true, false), status(first), LATE).toString())
        .contains(LATE.toString());
  }

  @Test
  void whatDoesNotConcernUsIsNotTouched() {
    assertThat(of("waypoint", false, true).ancestors(policy(1), null, EARLY)).isNull();
    PolicyStatus nothing = new PolicyStatus(new GatewayName("shop", "waypoint"), List.of());
    assertThat(nothing.ancestors(policy(1), null, EARLY)).isNull();
  }

  @Test
  void aFullListIsLeftAsItIs() {
    List<Map<String, Object>> full = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      full.add(Map.of("controllerName", "example.com/" + i, "ancestorRef", Map.of("name", "x")));
    }
    assertThat(of("waypoint", true, true).ancestors(policy(1), status(full), EARLY)).isNull();
  }
}
