// SPDX-License-Identifier: Apache-2.0
package io.waypoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaypointSettingsTest {
  private final Problems problems = new Problems();

  @Test
  void everyDefault() {
    assertThat(read(null, Map.of(), Map.of()).dump())
        .containsExactly(
            "ports.hbone: 15008",
            "ports.admin: 15000",
            "ports.metrics: 15020",
            "ports.readiness: 15021",
            "ports.outbound: 15080",
            "timeouts.connect: 1s",
            "timeouts.tunnel: 3s",
            "timeouts.tlsHandshake: 5s",
            "timeouts.connectAnswer: 10s",
            "timeouts.protocolDetection: 200ms",
            "timeouts.requestHead: 10s",
            "timeouts.streamIdle: 5m",
            "timeouts.upstreamIdle: 5m",
            "timeouts.downstreamIdle: 1h",
            "timeouts.pingInterval: 10s",
            "timeouts.pingTimeout: 20s",
            "timeouts.maxConnectionAge: 1h",
            "limits.headerFields: 100",
            "limits.headerBytes: 61440",
            "limits.pathBytes: 8192",
            "limits.connectHeaderBytes: 16384",
            "limits.streams: 200",
            "limits.streamWindow: 262144",
            "limits.unreadBytes: 67108864",
            "limits.connections: 1024",
            "limits.pendingRequests: 1024",
            "limits.retries: 2",
            "limits.coalescingMicros: 500",
            "drain.delay: 5s",
            "drain.goAway: 5s",
            "drain.grace: 30s",
            "instance.eventLoops: 0",
            "instance.gateway: null",
            "instance.rootNamespace: istio-system",
            "instance.locality: null",
            "instance.node: null",
            "instance.controllerNamespace: null",
            "instance.nameServers: null",
            "mesh.istiod: istiod.istio-system.svc:15012",
            "mesh.istiodName: null",
            "mesh.cluster: Kubernetes",
            "mesh.network: null",
            "mesh.rootFile: /var/run/secrets/istio/root-cert.pem",
            "mesh.revocationFile: /var/run/secrets/istio/crl/ca-crl.pem",
            "mesh.tokenFile: /var/run/secrets/tokens/istio-token",
            "mesh.certificateLifetime: 24h",
            "keys.refresh: 20m",
            "keys.firstRetry: 1s",
            "keys.longestRetry: 5m",
            "keys.pause: 10s",
            "keys.answerBytes: 1048576",
            "keys.retire: 10m",
            "keys.refused: null");
    assertThat(problems.sorted()).isEmpty();
  }

  @Test
  void flagWinsOverVariableWinsOverFile() {
    String file = "timeouts: {connect: 2s, streamIdle: 1m, requestHead: 4s}\n";
    Map<String, String> environment =
        Map.of(
            "WAYPOINT_TIMEOUTS_CONNECT", "3s", "WAYPOINT_TIMEOUTS_STREAM_IDLE", "2m", "HOME", "/");
    WaypointSettings settings = read(file, environment, Map.of("timeouts.connect", "4s"));
    assertThat(settings.timeouts().connect()).isEqualTo(Duration.ofSeconds(4));
    assertThat(settings.timeouts().streamIdle()).isEqualTo(Duration.ofMinutes(2));
    assertThat(settings.timeouts().requestHead()).isEqualTo(Duration.ofSeconds(4));
    assertThat(problems.sorted()).isEmpty();
  }

  @Test
  void everyTypeIsRead() {
    String file =
        "ports: {admin: 0}\nlimits: {headerBytes: 16KiB, streams: 100, coalescingMicros: 0}\n"
            + "instance: {gateway: shop/wp}\ndrain: {delay: 0s}\n";
    WaypointSettings settings = read(file, Map.of(), Map.of());
    assertThat(settings.ports().admin()).isZero();
    assertThat(settings.limits().headerBytes()).isEqualTo(16 * 1024);
    assertThat(settings.limits().coalescingMicros()).isZero();
    assertThat(settings.instance().gateway()).isEqualTo("shop/wp");
    assertThat(settings.drain().delay()).isZero();
    assertThat(problems.sorted()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ports: {hbone: 70000}        | waypoint.yaml:1:16 error WP4002 ports.hbone is "70000"
          timeouts: {connect: 0s}      | waypoint.yaml:1:21 error WP4002 timeouts.connect is "0s"
          timeouts: {connect: 10}      | waypoint.yaml:1:21 error WP4002 timeouts.connect is "10"
          limits: {streams: 99}        | waypoint.yaml:1:19 error WP4002 limits.streams is "99"
          limits: {headerBytes: 10}    | waypoint.yaml:1:23 error WP4002 limits.headerBytes is "10"
          limits: {streamWindow: 63KiB} | waypoint.yaml:1:24 error WP4002 limits.streamWindow is "63KiB"
          limits: {pathBytes: 2GiB}    | waypoint.yaml:1:21 error WP4002 limits.pathBytes is "2GiB"
          limits: {coalescingMicros: 49} | waypoint.yaml:1:28 error WP4002 limits.coalescingMicros is "49"
          limits: {coalescingMicros: 2001} | waypoint.yaml:1:28 error WP4002 limits.coalescingMicros is "2001"
          instance: {nameServers: "10.0.0.1, dns"} | waypoint.yaml:1:25 error WP4002 instance.nameServers is "10.0.0.1, dns"
          keys: {refused: "10.0.0.0/8,x"} | waypoint.yaml:1:17 error WP4002 keys.refused is "10.0.0.0/8,x"
          timeouts: {conect: 1s}       | waypoint.yaml:1:12 error WP1004 unknown field "conect" in timeouts
          port: {hbone: 1}             | waypoint.yaml:1:1 error WP1004 unknown field "port"
          """)
  void badValuesNameTheirPlaceAndKeepTheDefault(String file, String problem) {
    assertThat(read(file, Map.of(), Map.of())).isEqualTo(WaypointSettings.DEFAULTS);
    assertThat(problems.sorted().stream().map(Problem::toString)).containsExactly(problem);
  }

  @Test
  void badFlagsAndVariablesAreNamed() {
    read(null, Map.of("WAYPOINT_PORTS_HBONE", "x"), Map.of("ports.hbne", "1"));
    assertThat(problems.sorted().stream().map(Problem::toString))
        .containsExactly(
            "--ports.hbne error WP4001 there is no setting of this name",
            "WAYPOINT_PORTS_HBONE error WP4002 ports.hbone is \"x\"");
  }

  @Test
  void variablesThatKubernetesSetsForAServiceCalledWaypointAreNoProblem() {
    List<String> names =
        List.of(
            "WAYPOINT_PORT",
            "WAYPOINT_SERVICE_HOST",
            "WAYPOINT_SERVICE_PORT_MESH",
            "WAYPOINT_PORT_15008_TCP_ADDR");
    names.forEach(name -> read(null, Map.of(name, "tcp://10.0.0.1:15008"), Map.of()));
    assertThat(problems.sorted()).isEmpty();
    read(null, Map.of("WAYPOINT_TIMEOUT_CONNECT", "1s", "WAYPOINT_PORTS_ADMIN", " "), Map.of());
    assertThat(problems.sorted()).hasSize(1);
    assertThat(problems.sorted().getFirst().hint()).contains("WAYPOINT_TIMEOUTS_CONNECT");
  }

  private WaypointSettings read(
      @Nullable String file, Map<String, String> environment, Map<String, String> flags) {
    Doc doc =
        file == null ? null : Doc.read(Source.file("waypoint.yaml", file), problems).getFirst();
    return WaypointSettings.read(doc, environment, flags, problems);
  }
}
