// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.waypoint.Clocks;
import io.waypoint.cluster.Author;
import io.waypoint.cluster.ClusterRig;
import io.waypoint.discovery.kube.KubeClients;
import io.waypoint.discovery.kube.KubeDiscovery;
import io.waypoint.discovery.kube.KubeSettings;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.identity.TestCa;
import io.waypoint.status.KubeStatus;
import io.waypoint.status.LeaseElection;
import io.waypoint.world.WorldHolder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** What authors read in the status of their objects, written into a real API server. */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StatusClusterIT {
  private static final String GATEWAY_API = "gateway.networking.k8s.io";
  private static final LeaseElection.Pace BRISK =
      new LeaseElection.Pace(
          Duration.ofSeconds(2), Duration.ofMillis(1500), Duration.ofMillis(300));

  /** One pod of the waypoint. */
  private record Replica(KubernetesClient client, KubeDiscovery discovery, KubeStatus status)
      implements AutoCloseable {
    static Replica start(ClusterRig rig, String name) {
      KubernetesClient client = KubeClients.open(rig.config("admin-token"));
      WorldHolder worlds = new WorldHolder();
      KubeDiscovery discovery =
          new KubeDiscovery(
              client,
              new KubeSettings(Scope.of(Shop.GATEWAY), true, KubeSettings.Pace.DEFAULT),
              KubeDiscovery.Workloads.READ,
              worlds,
              new Silence(),
              new KubeDiscovery.Time(
                  Clocks.system().wall(), System::nanoTime, new SplittableRandom(2)));
      KubeStatus.Settings settings =
          new KubeStatus.Settings(Shop.GATEWAY, "waypoint", name, BRISK, null);
      KubeStatus status =
          new KubeStatus(
              client,
              settings,
              discovery,
              worlds,
              () -> worlds.current() != null,
              Clocks.system().wall(),
              System::nanoTime);
      discovery.start();
      return new Replica(client, discovery, status.start());
    }

    @Override
    public void close() {
      status.close();
      discovery.close();
      client.close();
    }
  }

  private static ClusterRig rig;
  private static Author author;
  private static Replica first;
  private static Replica second;

  @BeforeAll
  static void start() {
    rig = ClusterRig.start();
    author = new Author(rig.admin());
    Shop.open(author);
    first = Replica.start(rig, "first");
    second = Replica.start(rig, "second");
  }

  @AfterAll
  static void stop() {
    second.close();
    rig.close();
  }

  private static void await(String what, BooleanSupplier so) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!so.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(what + "; " + first.status().notes() + second.status().notes());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  /** Conditions as {@code Type=Status/Reason@observedGeneration}. */
  private static List<String> conditions(@Nullable Object list) {
    List<String> words = new ArrayList<>();
    if (list instanceof List<?> items) {
      for (Object item : items) {
        Map<?, ?> c = (Map<?, ?>) item;
        words.add(
            c.get("type")
                + "="
                + c.get("status")
                + "/"
                + c.get("reason")
                + "@"
                + c.get("observedGeneration"));
      }
    }
    return words;
  }

  private static List<String> gateway() {
    GenericKubernetesResource gateway =
        author.get(GATEWAY_API, "v1", "gateways", "shop", "waypoint");
    return conditions(gateway.<Object>get("status", "conditions"));
  }

  private static List<Map<String, Object>> parents(String route) {
    GenericKubernetesResource object = author.get(GATEWAY_API, "v1", "httproutes", "shop", route);
    List<Map<String, Object>> parents = object.get("status", "parents");
    return parents == null ? List.of() : parents;
  }

  private static String said(String route) {
    return parents(route).stream()
        .map(parent -> parent.get("controllerName") + " " + conditions(parent.get("conditions")))
        .collect(Collectors.joining("; "));
  }

  @Test
  @Order(1)
  void theClassIsAcceptedWithItsFeatures() {
    await(
        "class accepted",
        () -> {
          GenericKubernetesResource object =
              author.get(GATEWAY_API, "v1", "gatewayclasses", null, "vertx-waypoint");
          List<?> features = object.get("status", "supportedFeatures");
          return conditions(object.<Object>get("status", "conditions"))
                  .contains("Accepted=True/Accepted@1")
              && features != null
              && features.contains(Map.of("name", "Mesh"));
        });
  }

  @Test
  @Order(2)
  void theGatewayHasNoAddressUntilSomebodyIsReadyAndThenKeepsIt() {
    await("accepted", () -> gateway().contains("Accepted=True/Accepted@1"));
    assertThat(gateway()).contains("Programmed=False/AddressNotAssigned@1");

    EndpointSlice slice = waypointEndpoints(true);
    rig.admin().resource(slice).serverSideApply();
    await("programmed", () -> gateway().contains("Programmed=True/Programmed@1"));
    GenericKubernetesResource gateway =
        author.get(GATEWAY_API, "v1", "gateways", "shop", "waypoint");
    List<?> addresses = gateway.get("status", "addresses");
    assertThat(addresses.toString())
        .contains("Hostname")
        .contains("waypoint.shop.svc.cluster.local");

    rig.admin().resource(waypointEndpoints(false)).forceConflicts().serverSideApply();
    author.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: waypoint, namespace: shop}
        spec:
          gatewayClassName: vertx-waypoint
          listeners: [{name: mesh, port: 15008, protocol: HBONE, allowedRoutes: {namespaces: {from: All}}}]
        """);
    await("observed", () -> gateway().contains("Programmed=True/Programmed@2"));
    gateway = author.get(GATEWAY_API, "v1", "gateways", "shop", "waypoint");
    assertThat(gateway.<List<?>>get("status", "addresses")).isNotEmpty();
    assertThat(gateway.get("status", "listeners").toString()).contains("NoConflicts");
  }

  private static EndpointSlice waypointEndpoints(boolean ready) {
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName("waypoint")
        .addToLabels("kubernetes.io/service-name", "waypoint")
        .endMetadata()
        .withAddressType("IPv4")
        .addNewEndpoint()
        .withAddresses("10.244.0.99")
        .withNewConditions()
        .withReady(ready)
        .endConditions()
        .endEndpoint()
        .build();
  }

  @Test
  @Order(3)
  void aRouteIsToldWhatBecomesOfIt() {
    author.apply(Shop.route("cart", "/", "cart-v2"));
    await("accepted", () -> said("cart").contains("Accepted=True/Accepted@1"));
    assertThat(said("cart"))
        .contains("ResolvedRefs=True/ResolvedRefs@1", "ResolvedWaypoints=True", "Programmed=True");

    author.apply(Shop.route("cart", "/", "nowhere"));
    await("unresolved", () -> said("cart").contains("ResolvedRefs=False/BackendNotFound@2"));
    assertThat(said("cart")).contains("Accepted=True/Accepted@2");
  }

  @Test
  @Order(4)
  void othersKeepTheirEntriesAndNothingIsWrittenTwice() {
    GenericKubernetesResource route = author.get(GATEWAY_API, "v1", "httproutes", "shop", "cart");
    List<Map<String, Object>> all = new ArrayList<>(parents("cart"));
    all.addFirst(
        Map.of(
            "parentRef", Map.of("group", "", "kind", "Service", "name", "cart"),
            "controllerName", "example.com/other",
            "conditions",
                List.of(
                    Map.of(
                        "type", "Accepted",
                        "status", "True",
                        "reason", "Accepted",
                        "message", "",
                        "lastTransitionTime", "2026-01-01T00:00:00Z"))));
    route.setAdditionalProperty("status", Map.of("parents", all));
    rig.admin().resource(route).updateStatus();
    author.apply(Shop.route("cart", "/", "cart-v1"));

    await("resolved", () -> said("cart").contains("ResolvedRefs=True/ResolvedRefs@3"));
    assertThat(said("cart")).startsWith("example.com/other").contains("waypoint.dev/gateway-c");
    String version =
        author
            .get(GATEWAY_API, "v1", "httproutes", "shop", "cart")
            .getMetadata()
            .getResourceVersion();
    Shop.service(author, "unrelated", "app: unrelated");
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
    assertThat(
            author
                .get(GATEWAY_API, "v1", "httproutes", "shop", "cart")
                .getMetadata()
                .getResourceVersion())
        .isEqualTo(version);
  }

  @Test
  @Order(5)
  void aStormOfChangesIsWrittenInFew() {
    long before = first.status().writes() + second.status().writes();
    for (int i = 0; i < 60; i++) {
      author.apply(Shop.route("storm", "/" + i, "cart-v1"));
    }

    await("last", () -> said("storm").contains("Accepted=True/Accepted@60"));
    assertThat(first.status().writes() + second.status().writes() - before).isLessThan(60);
  }

  @Test
  @Order(6)
  void whenTheWriterGoesAnotherWrites() {
    Replica leader = first.status().leads() ? first : second;
    Replica heir = leader == first ? second : first;
    assertThat(heir.status().leads()).isFalse();
    assertThat(heir.status().writes()).isZero();

    leader.status().close();
    author.apply(Shop.route("later", "/later", "cart-v1"));

    await("written by the heir", () -> said("later").contains("Accepted=True/Accepted@1"));
    assertThat(heir.status().leads()).isTrue();
  }

  private static final String POLICY =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: BackendTLSPolicy
      metadata: {name: cart, namespace: shop}
      spec:
        targetRefs: [{group: "", kind: Service, name: NAME}]
        validation:
          hostname: cart.example.com
          caCertificateRefs: [{group: "", kind: ConfigMap, name: ca}]
      """;

  private static List<Map<String, Object>> ancestors() {
    List<Map<String, Object>> ancestors =
        author
            .get(GATEWAY_API, "v1", "backendtlspolicies", "shop", "cart")
            .get("status", "ancestors");
    return ancestors == null ? List.of() : ancestors;
  }

  private static String policySaid() {
    return ancestors().stream()
        .map(entry ->
            entry.get("ancestorRef")
                + " "
                + entry.get("controllerName")
                + " "
                + conditions(entry.get("conditions")))
        .collect(Collectors.joining("; "));
  }

  @Test
  @Order(7)
  void aPolicyIsToldWhetherItsCertificatesAreThere() throws Exception {
    author.apply(POLICY.replace("NAME", "cart"));
    await("no certificate", () -> policySaid().contains("Accepted=False/NoValidCACertificate@1"));
    assertThat(policySaid())
        .contains("ResolvedRefs=False/InvalidCACertificateRef@1", "kind=Gateway", "name=waypoint");

    String pem =
        Base64.getMimeEncoder(64, new byte[] {10})
            .encodeToString(
                TestCa.create("cart", TestCa.ec("secp256r1"), Instant.now())
                    .certificate()
                    .getEncoded());
    author.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: ca, namespace: shop}
        data:
          ca.crt: |
        """
            + ("-----BEGIN CERTIFICATE-----\n" + pem + "\n-----END CERTIFICATE-----\n").indent(4));
    await("certificate", () -> policySaid().contains("Accepted=True/Accepted@1"));
    assertThat(policySaid()).contains("ResolvedRefs=True/ResolvedRefs@1");

    author.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: ca, namespace: shop}
        data: {ca.crt: nonsense}
        """);
    await("spoilt", () -> policySaid().contains("Accepted=False/NoValidCACertificate@1"));
  }

  @Test
  @Order(8)
  void aPolicyThatLeavesUsKeepsWhatOthersSay() {
    GenericKubernetesResource policy =
        author.get(GATEWAY_API, "v1", "backendtlspolicies", "shop", "cart");
    List<Map<String, Object>> all = new ArrayList<>(ancestors());
    Map<String, Object> other = new LinkedHashMap<>(all.getFirst());
    other.put("controllerName", "example.com/other");
    all.addFirst(other);
    policy.setAdditionalProperty("status", Map.of("ancestors", all));
    rig.admin().resource(policy).updateStatus();

    author.apply(POLICY.replace("NAME", "nobody"));
    await("left", () -> ancestors().size() == 1);
    assertThat(policySaid()).contains("example.com/other");
  }
}
