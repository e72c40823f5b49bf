// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static io.waypoint.discovery.translate.Yaml.MESH;
import static io.waypoint.discovery.translate.Yaml.found;
import static io.waypoint.discovery.translate.Yaml.pod;
import static io.waypoint.discovery.translate.Yaml.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.discovery.translate.LocalTable.LocalProcess;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.World;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceAndWorkloadTest {
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: shop-v1 %s}
      spec:
        selector: {matchLabels: {app: shop}}
        template:
          metadata: {labels: {app: shop, version: v1}}
          spec: {serviceAccountName: seller, containers: [{name: c}]}
      """;

  @Test
  void podsBehindAServiceAreReachedThroughTheirZtunnel() {
    World world = Yaml.of(MESH, service("shop"), pod("shop", "10.1.0.7")).world();
    assertThat(found(world, "shop", 80).endpoints().endpoints())
        .containsExactly(
            new Endpoint(
                new InetSocketAddress("10.1.0.7", 8080),
                new Endpoint.Tunnel(
                    new InetSocketAddress("10.1.0.7", 15008),
                    "spiffe://cluster.local/ns/default/sa/default"),
                "default/shop-1",
                true));
  }

  @Test
  void podsOutsideTheMeshTakePlainTcp() {
    String mesh = MESH.replace(", istio.io/dataplane-mode: ambient", "");
    World world = Yaml.of(mesh, service("shop"), pod("shop", "10.1.0.7")).world();
    assertThat(found(world, "shop", 80).endpoints().endpoints().getFirst().tunnel()).isNull();
    String captured =
        pod("shop", "10.1.0.7")
            .replace("labels:", "annotations: {ambient.istio.io/redirection: enabled}, labels:");
    world = Yaml.of(mesh, service("shop"), captured).world();
    assertThat(found(world, "shop", 80).endpoints().endpoints().getFirst().tunnel()).isNotNull();
  }

  @Test
  void podsThatAreNotReadyAreKeptButNotReadyAndFinishedOnesAreGone() {
    String notReady =
        pod("shop", "10.1.0.7")
            .replace("status: {", "status: {conditions: [{type: Ready, status: \"False\"}], ");
    assertThat(endpoints(MESH, service("shop"), notReady))
        .singleElement()
        .satisfies(e -> assertThat(e.ready()).isFalse());
    String done = pod("shop", "10.1.0.7").replace("status: {", "status: {phase: Succeeded, ");
    assertThat(endpoints(MESH, service("shop"), done)).isEmpty();
  }

  @Test
  void namedTargetPortIsLookedUpInThePod() {
    String named = service("shop").replace("targetPort: 8080", "targetPort: web");
    assertThat(endpoints(MESH, named, pod("shop", "10.1.0.7")))
        .singleElement()
        .satisfies(e -> assertThat(e.address().getPort()).isEqualTo(8080));
    assertThat(endpoints(MESH, named.replace("web", "nope"), pod("shop", "10.1.0.7"))).isEmpty();
  }

  @Test
  void slicesWinOverTheSelector() {
    String slice =
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: shop-x, labels: {kubernetes.io/service-name: shop}}
        addressType: IPv4
        ports: [{name: http, port: 9000}, {name: other, port: 1}]
        endpoints:
        - addresses: [10.1.0.7]
        - addresses: [192.0.2.9]
          conditions: {ready: false}
        """;
    List<Endpoint> endpoints =
        endpoints(MESH, service("shop"), pod("shop", "10.1.0.7"), pod("other", "10.1.0.8"), slice);
    assertThat(endpoints.stream().map(e -> e.address().toString()))
        .containsExactly("/10.1.0.7:9000", "/192.0.2.9:9000");
    assertThat(endpoints.get(0).tunnel()).isNotNull();
    assertThat(endpoints.get(1).tunnel()).isNull();
    assertThat(endpoints.get(1).ready()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"deployment", "template", "service"})
  void theAnnotationMapsToALocalProcess(String where) {
    String annotation = "annotations: {waypoint.dev/endpoint: \"127.0.0.1:4711\"}";
    String deployment = DEPLOYMENT.formatted(where.equals("deployment") ? ", " + annotation : "");
    if (where.equals("template")) {
      deployment = deployment.replace("labels: {app", annotation + ", labels: {app");
    }
    String service = service("shop");
    if (where.equals("service")) {
      service = service.replace("name: shop}", "name: shop, " + annotation + "}");
    }
    assertThat(endpoints(MESH, service, deployment))
        .containsExactly(
            new Endpoint(new InetSocketAddress("127.0.0.1", 4711), null, "default/shop-v1", true));
  }

  @Test
  void aServiceWithAnAnnotationAndNoWorkloadStandsForItself() {
    String service =
        service("shop")
            .replace(
                "name: shop}", "name: shop, annotations: {waypoint.dev/endpoint: \"[::1]:4711\"}}");
    World world = Yaml.of(MESH, service).world();
    assertThat(found(world, "shop", 80).endpoints().endpoints())
        .singleElement()
        .satisfies(e -> assertThat(e.workload()).isEqualTo("default/shop"));
    assertThat(world.workload("default/shop")).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4711",
        "127.0.0.1",
        "127.0.0.1:0",
        "127.0.0.1:99999",
        "example.com:80",
        "010.0.0.1:80"
      })
  void aMalformedAnnotationIsRefused(String value) {
    Translation translation =
        Yaml.of(
            MESH,
            DEPLOYMENT.formatted(", annotations: {waypoint.dev/endpoint: \"" + value + "\"}"));
    assertThat(translation.isRefused()).isTrue();
    assertThat(Yaml.words(translation)).anyMatch(w -> w.contains("WP2014"));
  }

  @Test
  void theLocalTableIsAskedWithIdentityAndAnnotation() {
    List<String> asked = new ArrayList<>();
    LocalTable table =
        workload -> {
          asked.add(workload.key() + " " + workload.identity() + " " + workload.annotated());
          return new LocalProcess(
              new InetSocketAddress("127.0.0.1", 1), new InetSocketAddress("127.0.0.9", 2));
        };
    Translation translation =
        Yaml.of(Scope.ONLY_GATEWAY, table, MESH, service("shop"), DEPLOYMENT.formatted(""));
    assertThat(asked)
        .containsExactly("default/shop-v1 spiffe://cluster.local/ns/default/sa/seller null");
    Endpoint endpoint = found(translation.world(), "shop", 80).endpoints().endpoints().getFirst();
    assertThat(endpoint.address().getPort()).isEqualTo(1);
    assertThat(endpoint.tunnel())
        .isEqualTo(
            new Endpoint.Tunnel(
                new InetSocketAddress("127.0.0.9", 2),
                "spiffe://cluster.local/ns/default/sa/seller"));
  }

  @Test
  void podsTakeThePlaceOfTheirDeploymentAndGiveItTheirName() {
    World world =
        Yaml.of(MESH, service("shop"), DEPLOYMENT.formatted(""), pod("shop", "10.1.0.7")).world();
    assertThat(world.workloads())
        .singleElement()
        .satisfies(w -> {
          assertThat(w.workload().name()).isEqualTo("shop-1");
          assertThat(w.workload().owner()).isEqualTo("shop-v1");
        });
  }

  @Test
  void aDeploymentScaledToNothingIsNoWorkload() {
    String none =
        DEPLOYMENT.formatted("").replace("spec:\n  selector", "spec:\n  replicas: 0\n  selector");
    assertThat(Yaml.of(MESH, none).world().workloads()).isEmpty();
  }

  @Test
  void aServiceWithoutAddressKeepsTheSameMadeUpOne() {
    World one = Yaml.of(MESH, service("shop"), service("cart")).world();
    World other = Yaml.of(MESH, service("attic"), service("shop")).world();
    String address = one.services().getLast().addresses().getFirst();
    assertThat(address).startsWith("240.240.");
    assertThat(found(one, address, 80).service()).isEqualTo("shop");
    assertThat(found(other, address, 80).service()).isEqualTo("shop");
  }

  @Test
  void madeUpAddressesNeverCollide() {
    var addresses = new ArrayList<String>();
    List<ServiceSpec> specs = new ArrayList<>();
    var text = new StringBuilder(MESH);
    for (int i = 0; i < 3000; i++) {
      text.append("---\n").append(service("s" + i));
    }
    World world = Yaml.of(text.toString()).world();
    world.services().forEach(s -> addresses.addAll(s.addresses()));
    assertThat(addresses).hasSize(3000).doesNotHaveDuplicates();
    assertThat(specs).isEmpty();
  }

  @Test
  void clusterAddressesOfBothFamiliesAreFoundInAnySpelling() {
    String service =
        service("shop").replace("spec: {", "spec: {clusterIPs: [10.96.0.9, \"fd00::0:9\"], ");
    World world = Yaml.of(MESH, service).world();
    assertThat(found(world, "10.96.0.9", 80).service()).isEqualTo("shop");
    assertThat(found(world, "fd00:0:0::9", 80).service()).isEqualTo("shop");
    assertThat(found(world, "[FD00::9]", 80).service()).isEqualTo("shop");
  }

  @Test
  void protocolComesFromAppProtocolOrTheName() {
    String ports =
        """
        apiVersion: v1
        kind: Service
        metadata: {name: shop}
        spec:
          ports:
          - {name: grpc-api, port: 1}
          - {name: x, port: 2, appProtocol: kubernetes.io/h2c}
          - {name: tcp-x, port: 3}
          - {name: y, port: 4}
          - {name: dns, port: 53, protocol: UDP}
        """;
    World world = Yaml.of(MESH, ports).world();
    assertThat(found(world, "shop", 1).protocol()).isEqualTo(AppProtocol.GRPC);
    assertThat(found(world, "shop", 1).endpoints().http2()).isTrue();
    assertThat(found(world, "shop", 2).protocol()).isEqualTo(AppProtocol.HTTP2);
    assertThat(found(world, "shop", 3).protocol()).isEqualTo(AppProtocol.TCP);
    assertThat(found(world, "shop", 4).protocol()).isEqualTo(AppProtocol.UNKNOWN);
    assertThat(world.services().getFirst().port(53)).isNull();
  }

  @Test
  void whatAnApiServerRefusesIsRefused() {
    assertThat(refusal("spec: {ports: [{port: 0}]}")).containsExactly("4:23 LIMIT");
    assertThat(refusal("spec: {ports: [{port: \"80\"}]}")).containsExactly("4:23 WRONG_TYPE");
    assertThat(refusal("spec: {ports: [{name: a}]}")).containsExactly("4:16 MISSING_FIELD");
    assertThat(refusal("spec: {ports: [{port: 1}, {port: 2}]}"))
        .containsExactly("4:16 MISSING_FIELD", "4:27 MISSING_FIELD");
    assertThat(refusal("spec: {clusterIP: 10.0.0.300, ports: [{port: 1}]}"))
        .containsExactly("4:19 BAD_VALUE");
    assertThat(refusal("spec: [1]")).contains("4:7 WRONG_TYPE");
  }

  private static List<String> refusal(String spec) {
    return Yaml.errors(Yaml.of("apiVersion: v1\nkind: Service\nmetadata: {name: x}\n" + spec));
  }

  private static List<Endpoint> endpoints(String... documents) {
    return found(Yaml.of(documents).world(), "shop", 80).endpoints().endpoints();
  }
}
