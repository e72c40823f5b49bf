// SPDX-License-Identifier: Apache-2.0
package io.waypoint.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.vertx.core.http.HttpMethod;
import io.waypoint.discovery.translate.Census;
import io.waypoint.discovery.translate.KnownService;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The story of a user, against the real API server and the real istiod: a Gateway, a label, a
 * route, a policy; and traffic through real tunnels that obeys.
 */
@Timeout(240)
class IstioStoryClusterIT {
  @TempDir private Path folder;

  private final long began = System.nanoTime();

  private void tell(String what) {
    System.out.printf("timeline: %8.0f ms  %s%n", (System.nanoTime() - began) / 1e6, what);
  }

  private void when(MeshOfIstiod mesh, String what, java.util.function.BooleanSupplier so) {
    mesh.await(what, so);
    tell(what);
  }

  @Test
  void aGatewayALabelARouteAndAPolicyAreAllThatIsNeeded() throws Exception {
    try (MeshOfIstiod mesh = new MeshOfIstiod(folder)) {
      tell(
          "API server, controllers and istiod run; ztunnel has certificates of istiod's authority");
      Seed.service(mesh.author(), "reviews", "app: reviews");
      Seed.service(mesh.author(), "reviews-v1", "app: reviews, version: v1");
      Seed.service(mesh.author(), "reviews-v2", "app: reviews, version: v2");
      mesh.pod("reviews-v1", 11, Map.of("app", "reviews", "version", "v1"));
      mesh.pod("reviews-v2", 12, Map.of("app", "reviews", "version", "v2"));
      when(mesh, "without a waypoint calls go direct", () -> answers(mesh, "notsleep") == 200);

      Seed.gateway(mesh.author());
      Seed.deployment(mesh.author());
      mesh.startWaypoint();
      tell("Gateway applied, waypoint started");
      when(mesh, "readiness says 200", () -> mesh.probe().status() == 200);
      assertThat(mesh.probe().body()).isEqualTo("ready\n");
      mesh.waypointIsReady();
      when(
          mesh,
          "GatewayClass is Accepted",
          () -> holds(mesh, "gatewayclasses", null, "vertx-waypoint", "Accepted", "True"));
      when(
          mesh,
          "Gateway is Programmed and has an address",
          () -> holds(mesh, "gateways", "shop", "waypoint", "Programmed", "True"));
      assertThat(status(mesh, "gateways", "shop", "waypoint"))
          .contains("type=Hostname")
          .contains("value=waypoint.shop.svc.cluster.local");

      mesh.author()
          .namespace(
              "shop",
              Map.of("istio.io/dataplane-mode", "ambient", "istio.io/use-waypoint", "waypoint"));
      mesh.author().apply(Seed.weights(90, 10));
      mesh.author().apply(Seed.ONLY_SLEEP_MAY_READ);
      tell("label, HTTPRoute and AuthorizationPolicy applied");
      when(mesh, "Service says istio.io/WaypointBound", () -> bound(mesh));
      when(mesh, "istiod tells ztunnels of our waypoint", () -> isInFront(mesh));
      when(mesh, "HTTPRoute is Accepted and has ResolvedRefs, by us", () -> routeAccepted(mesh));
      when(mesh, "a caller that is not allowed is denied", () -> answers(mesh, "notsleep") == 403);
      assertThat(answers(mesh, "sleep")).isEqualTo(200);
      assertThat(mesh.ask("sleep", HttpMethod.DELETE, "reviews", "/").status()).isEqualTo(403);
      tell("policy is obeyed by caller and by method");

      int second = share(mesh, "reviews-v2");
      assertThat(second).isBetween(10, 60);
      tell(second + " of 300 requests went to reviews-v2, of which a tenth should");
      mesh.author().apply(Seed.weights(0, 100));
      when(
          mesh,
          "other weights are obeyed",
          () -> mesh.ask("sleep", "reviews", "/").body().equals("reviews-v2"));
      assertThat(share(mesh, "reviews-v2")).isEqualTo(300);

      assertThat(mesh.metrics())
          .contains("waypoint_istiod_lost_seconds 0.0")
          .contains("waypoint_kubernetes_lost_seconds 0.0");
      mesh.waypoint().terminate();
      assertThat(mesh.waypoint().exit()).as(mesh.waypoint().said()).isZero();
      tell("SIGTERM: drained and ended");
    }
  }

  private static int answers(MeshOfIstiod mesh, String caller) {
    return mesh.ask(caller, "reviews", "/").status();
  }

  private static int share(MeshOfIstiod mesh, String version) {
    int count = 0;
    for (int i = 0; i < 300; i++) {
      MeshOfIstiod.Answer answer = mesh.ask("sleep", "reviews", "/");
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      count += answer.body().equals(version) ? 1 : 0;
    }
    return count;
  }

  private static String status(MeshOfIstiod mesh, String plural, String namespace, String name) {
    GenericKubernetesResource found =
        mesh.author().get("gateway.networking.k8s.io", "v1", plural, namespace, name);
    return found == null ? "" : String.valueOf(found.<Object>get("status"));
  }

  private static boolean holds(
      MeshOfIstiod mesh,
      String plural,
      @Nullable String namespace,
      String name,
      String type,
      String value) {
    GenericKubernetesResource found =
        mesh.author().get("gateway.networking.k8s.io", "v1", plural, namespace, name);
    return found != null && says(found.get("status", "conditions"), type, value);
  }

  private static boolean says(
      @Nullable List<Map<String, Object>> conditions, String type, String value) {
    return conditions != null
        && conditions.stream()
            .anyMatch(c -> type.equals(c.get("type")) && value.equals(c.get("status")));
  }

  private static boolean bound(MeshOfIstiod mesh) {
    var service = mesh.rig().admin().services().inNamespace("shop").withName("reviews").get();
    return service.getStatus() != null
        && service.getStatus().getConditions() != null
        && service.getStatus().getConditions().stream()
            .anyMatch(
                c -> c.getType().equals("istio.io/WaypointBound") && c.getStatus().equals("True"));
  }

  private static boolean isInFront(MeshOfIstiod mesh) {
    Census census = mesh.told().census();
    KnownService reviews = census == null ? null : WdsDirectory.service(census, "shop", "reviews");
    return reviews != null && reviews.waypoints().contains(MeshOfIstiod.GATEWAY);
  }

  private static boolean routeAccepted(MeshOfIstiod mesh) {
    GenericKubernetesResource route =
        mesh.author().get("gateway.networking.k8s.io", "v1", "httproutes", "shop", "reviews");
    List<Map<String, Object>> parents = route.get("status", "parents");
    return parents != null
        && parents.stream()
            .filter(p -> "waypoint.dev/gateway-controller".equals(p.get("controllerName")))
            .anyMatch(IstioStoryClusterIT::acceptedAndResolved);
  }

  @SuppressWarnings("unchecked")
  private static boolean acceptedAndResolved(Map<String, Object> parent) {
    var conditions = (List<Map<String, Object>>) parent.get("conditions");
    return says(conditions, "Accepted", "True") && says(conditions, "ResolvedRefs", "True");
  }
}
