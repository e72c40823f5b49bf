// SPDX-License-Identifier: Apache-2.0
package io.waypoint.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.discovery.verdict.Condition;
import io.waypoint.status.GatewayVerdict.Facts;
import io.waypoint.status.GatewayVerdict.Listener;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GatewayVerdictTest {
  private static final String HOST = "waypoint.shop.svc.cluster.local";
  private static final Listener MESH = new Listener("mesh", 15008, "HBONE", List.of());
  private static final Listener WEB = new Listener("web", 80, "HTTP", List.of());

  private static Facts facts(@Nullable String address, Listener... listeners) {
    return new Facts(Arrays.asList(listeners), List.of(), address, List.of());
  }

  static List<Arguments> gateways() {
    return List.of(
        Arguments.of(
            facts(null, MESH),
            List.of("Accepted=True/Accepted", "Programmed=False/AddressNotAssigned")),
        Arguments.of(
            facts(HOST, MESH), List.of("Accepted=True/Accepted", "Programmed=True/Programmed")),
        Arguments.of(
            facts(HOST, MESH, WEB),
            List.of("Accepted=True/ListenersNotValid", "Programmed=True/Programmed")),
        Arguments.of(
            facts(HOST, WEB),
            List.of("Accepted=False/ListenersNotValid", "Programmed=False/Invalid")),
        Arguments.of(
            new Facts(List.of(MESH), List.of("10.0.0.1"), HOST, List.of()),
            List.of("Accepted=False/UnsupportedAddress", "Programmed=False/Invalid")),
        Arguments.of(
            new Facts(List.of(MESH), List.of(HOST), HOST, List.of()),
            List.of("Accepted=True/Accepted", "Programmed=True/Programmed")),
        Arguments.of(
            new Facts(List.of(MESH), List.of(), HOST, List.of("unknown field")),
            List.of("Accepted=False/Invalid", "Programmed=False/Invalid")));
  }

  @ParameterizedTest
  @MethodSource("gateways")
  void gatewayDeserves(Facts facts, List<String> wanted) {
    assertThat(words(GatewayVerdict.gateway(facts))).isEqualTo(wanted);
  }

  static List<Arguments> listeners() {
    return List.of(
        Arguments.of(
            MESH,
            null,
            List.of(
                "Accepted=True/Accepted",
                "Conflicted=False/NoConflicts",
                "ResolvedRefs=True/ResolvedRefs",
                "Programmed=False/Pending")),
        Arguments.of(
            MESH,
            HOST,
            List.of(
                "Accepted=True/Accepted",
                "Conflicted=False/NoConflicts",
                "ResolvedRefs=True/ResolvedRefs",
                "Programmed=True/Programmed")),
        Arguments.of(
            WEB,
            HOST,
            List.of(
                "Accepted=False/UnsupportedProtocol",
                "Conflicted=False/NoConflicts",
                "ResolvedRefs=True/ResolvedRefs",
                "Programmed=False/Invalid")),
        Arguments.of(
            new Listener("other", 15009, "HBONE", List.of()),
            HOST,
            List.of(
                "Accepted=False/PortUnavailable",
                "Conflicted=False/NoConflicts",
                "ResolvedRefs=True/ResolvedRefs",
                "Programmed=False/Invalid")),
        Arguments.of(
            new Listener("mesh", 15008, "HBONE", List.of("TLSRoute")),
            HOST,
            List.of(
                "Accepted=True/Accepted",
                "Conflicted=False/NoConflicts",
                "ResolvedRefs=False/InvalidRouteKinds",
                "Programmed=True/Programmed")));
  }

  @ParameterizedTest
  @MethodSource("listeners")
  void listenerDeserves(Listener listener, @Nullable String address, List<String> wanted) {
    assertThat(words(GatewayVerdict.listener(listener, facts(address, listener))))
        .isEqualTo(wanted);
  }

  private static List<String> words(List<Condition> conditions) {
    return conditions.stream().map(c -> c.type() + "=" + c.status() + "/" + c.reason()).toList();
  }
}
