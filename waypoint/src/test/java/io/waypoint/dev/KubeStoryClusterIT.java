// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.cluster.Author;
import io.waypoint.cluster.ClusterRig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** Requests through tunnels on both sides, by objects that were applied to a real API server. */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KubeStoryClusterIT {
  private static ClusterRig rig;
  private static Author author;
  private static ClusterMesh mesh;

  @BeforeAll
  static void start() throws Exception {
    rig = ClusterRig.start();
    rig.startControllers();
    author = new Author(rig.admin());
    Shop.open(author);
    mesh = ClusterMesh.start(rig.config("admin-token"), Shop.GATEWAY);
  }

  @AfterAll
  static void stop() {
    mesh.close();
    rig.close();
  }

  private static boolean answered(String path, String version) {
    ClusterMesh.Answer answer = mesh.ask(Shop.CALLER, "cart", path);
    return answer.status() == 200 && answer.body().contains(version);
  }

  @Test
  @Order(1)
  void aRouteThatIsAppliedSendsWhereItSays() {
    author.apply(Shop.route("cart", "/", "cart-v2"));

    mesh.await(() -> answered("/", "cart-v2"));
    for (int i = 0; i < 20; i++) {
      assertThat(answered("/", "cart-v2")).isTrue();
    }

    author.apply(Shop.route("cart", "/", "cart-v1"));
    mesh.await(() -> answered("/", "cart-v1"));
  }

  @Test
  @Order(2)
  void aPolicyThatIsAppliedIsObeyedAndItsRemovalToo() {
    String policy =
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: cart, namespace: shop}
        spec:
          targetRefs: [{group: "", kind: Service, name: cart}]
          action: DENY
          rules: [{from: [{source: {principals: ["cluster.local/ns/shop/sa/thief"]}}]}]
        """;
    author.apply(policy);

    mesh.await(() -> mesh.ask("thief.shop", "cart", "/").status() == 403);
    assertThat(mesh.ask(Shop.CALLER, "cart", "/").status()).isEqualTo(200);

    author.delete(policy);
    mesh.await(() -> mesh.ask("thief.shop", "cart", "/").status() == 200);
  }

  @Test
  @Order(3)
  void aDeletedRouteLeavesTheServiceItself() {
    author.delete(Shop.route("cart", "/", "cart-v1"));

    mesh.await(() -> answered("/", "cart-v2"));
    assertThat(mesh.discovery().problems()).allMatch(problem -> !problem.isError());
  }
}
