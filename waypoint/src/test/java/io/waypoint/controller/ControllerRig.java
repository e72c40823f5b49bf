// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.waypoint.Clocks;
import io.waypoint.cluster.Author;
import io.waypoint.cluster.ClusterRig;
import io.waypoint.cluster.Manifests;
import io.waypoint.discovery.kube.KubeClients;
import io.waypoint.status.LeaseElection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A controller at work in a cluster, with the rights and facts of the chart and no more. */
final class ControllerRig implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Clocks CLOCKS = Clocks.system();
  private static final LeaseElection.Pace QUICK =
      new LeaseElection.Pace(Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofMillis(200));

  private final ClusterRig rig = ClusterRig.start();
  private final KubernetesClient admin = rig.admin();
  private final Author author = new Author(admin);
  private final KubernetesClient own;
  private final Path facts;
  private Controller controller;

  ControllerRig() {
    rig.startControllers();
    author.apply(Manifests.GATEWAY_CLASS);
    author.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: GatewayClass
        metadata: {name: other}
        spec: {controllerName: example.com/other}
        """);
    author.namespace("waypoint-system", Map.of());
    author.namespace("istio-system", Map.of());
    author.apply(Rules.REQUIRED);
    own = client();
    facts = facts();
    startController();
  }

  private static Path facts() {
    try {
      return Files.writeString(Files.createTempFile("facts", ".yaml"), Rules.facts());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One with the rights of the controller. */
  KubernetesClient client() {
    return KubeClients.open(rig.config(Rules.token(admin)));
  }

  void startController() {
    controller = controller(own, "one").start();
    await("the controller is ready", () -> controller.isReady() && controller.leads());
  }

  Controller controller(KubernetesClient client, String identity) {
    return new Controller(
        client,
        new Controller.Settings("waypoint-system", identity, QUICK, facts, Controller.Mesh.DEFAULT),
        CLOCKS.wall(),
        CLOCKS.nanos());
  }

  Controller controller() {
    return controller;
  }

  ClusterRig rig() {
    return rig;
  }

  KubernetesClient admin() {
    return admin;
  }

  Author author() {
    return author;
  }

  /** Milliseconds until something is so. */
  long await(String what, BooleanSupplier so) {
    long began = System.nanoTime();
    while (!so.getAsBoolean()) {
      assertThat(System.nanoTime() - began)
          .as(what + "; problems: " + (controller == null ? "" : controller.problems()))
          .isLessThan(SOON.toNanos());
      LockSupport.parkNanos(5_000_000);
    }
    return (System.nanoTime() - began) / 1_000_000;
  }

  String gateway(String namespace, String more) {
    return Manifests.gateway(namespace) + "  " + more + "\n";
  }

  List<GenericKubernetesResource> objects(String namespace) {
    List<GenericKubernetesResource> found = new ArrayList<>();
    for (OwnedKind kind : OwnedKind.values()) {
      var all = admin.genericKubernetesResources(kind.resource());
      GenericKubernetesResource object =
          kind.clusterWide()
              ? all.withName("waypoint:" + namespace + ":waypoint").get()
              : all.inNamespace(namespace).withName("waypoint").get();
      if (object != null) {
        found.add(object);
      }
    }
    return found;
  }

  boolean isComplete(String namespace) {
    return objects(namespace).size() == OwnedKind.values().length;
  }

  String made(String namespace) {
    author.namespace(namespace, Map.of());
    author.apply(gateway(namespace, ""));
    await("a waypoint is made", () -> isComplete(namespace));
    return namespace;
  }

  Deployment deployment(String namespace) {
    return admin.apps().deployments().inNamespace(namespace).withName("waypoint").get();
  }

  Service service(String namespace) {
    return admin.services().inNamespace(namespace).withName("waypoint").get();
  }

  Object status(String namespace) {
    return author
        .get("gateway.networking.k8s.io", "v1", "gateways", namespace, "waypoint")
        .get("status");
  }

  String condition(Object status, String type, String field) {
    return Trees.list(status, "conditions").stream()
        .filter(condition -> Trees.text(condition, "type").equals(type))
        .map(condition -> Trees.text(condition, field))
        .findFirst()
        .orElse("");
  }

  boolean hasEvent(String namespace, String reason, String words) {
    for (Event event : admin.v1().events().inNamespace(namespace).list().getItems()) {
      if (event.getReason().equals(reason) && event.getMessage().contains(words)) {
        return true;
      }
    }
    return false;
  }

  void tuning(String namespace, String data) {
    author.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: tuning, namespace: %s}
        data: {%s}
        """
            .formatted(namespace, data));
  }

  String priority(String namespace) {
    return deployment(namespace).getSpec().getTemplate().getSpec().getPriorityClassName();
  }

  void patch(String namespace, String manager, String fields) {
    String yaml =
        "apiVersion: apps/v1\nkind: Deployment\n"
            + (fields.startsWith("metadata:") ? "" : "metadata: {}\n")
            + fields;
    var tree = Trees.mapping(yaml, "test");
    var metadata = Trees.map(tree.get("metadata"));
    metadata.put("name", "waypoint");
    metadata.put("namespace", namespace);
    tree.put("metadata", metadata);
    admin
        .genericKubernetesResources(OwnedKind.DEPLOYMENT.resource())
        .inNamespace(namespace)
        .withName("waypoint")
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(manager)
                .withForce(true)
                .build(),
            admin.getKubernetesSerialization().asJson(tree));
  }

  @Override
  public void close() {
    controller.close();
    own.close();
    rig.close();
    try {
      Files.delete(facts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
