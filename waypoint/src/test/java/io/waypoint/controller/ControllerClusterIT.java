// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The controller against a real API server, with its garbage collector and its Deployments. */
@Timeout(240)
class ControllerClusterIT {
  private static ControllerRig cluster;

  @BeforeAll
  static void start() {
    cluster = new ControllerRig();
  }

  @AfterAll
  static void end() {
    cluster.close();
  }

  @Test
  void aGatewayIsAWaypointWithinASecond() {
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      String namespace = "made-" + i;
      cluster.author().namespace(namespace, Map.of());
      cluster.author().apply(cluster.gateway(namespace, ""));
      times.add(cluster.await("objects are applied", () -> cluster.isComplete(namespace)));
    }

    System.out.println("Gateway created -> eight objects applied, ms: " + times);
    // The median, because on a busy machine one of five may wait for the machine.
    assertThat(times.stream().sorted().toList().get(times.size() / 2)).isLessThanOrEqualTo(1_000);
    assertThat(cluster.service("made-0").getMetadata().getLabels())
        .containsEntry("istio.io/use-waypoint", "none");
    assertThat(cluster.service("made-0").getSpec().getTrafficDistribution())
        .isEqualTo("PreferClose");
    assertThat(cluster.deployment("made-0").getMetadata().getOwnerReferences())
        .singleElement()
        .matches(owner -> owner.getKind().equals("Gateway") && owner.getController());
  }

  @Test
  void theClassIsAcceptedAndSaysWhatItCan() {
    Supplier<Object> status =
        () ->
            cluster
                .author()
                .get("gateway.networking.k8s.io", "v1", "gatewayclasses", null, "vertx-waypoint")
                .get("status");

    cluster.await(
        "accepted", () -> cluster.condition(status.get(), "Accepted", "status").equals("True"));
    assertThat(Trees.list(status.get(), "supportedFeatures")).hasSizeGreaterThan(5);
    assertThat(
            cluster.condition(
                cluster
                    .author()
                    .get("gateway.networking.k8s.io", "v1", "gatewayclasses", null, "other")
                    .get("status"),
                "Accepted",
                "reason"))
        .isNotEqualTo("Accepted");
  }

  @Test
  void theAddressComesWithTheFirstReadyPodAndStays() {
    String namespace = cluster.made("address");
    cluster.await(
        "not programmed yet",
        () ->
            cluster
                .condition(cluster.status(namespace), "Programmed", "reason")
                .equals("AddressNotAssigned"));
    assertThat(cluster.condition(cluster.status(namespace), "Accepted", "status"))
        .isEqualTo("True");

    cluster
        .author()
        .pod(namespace, "waypoint-1", "10.1.9.1", Map.of(ManagedGateway.NAME_LABEL, "waypoint"));
    long millis =
        cluster.await(
            "programmed",
            () ->
                cluster
                    .condition(cluster.status(namespace), "Programmed", "status")
                    .equals("True"));
    System.out.println("first pod ready -> Programmed, ms: " + millis);
    Object address = Trees.list(cluster.status(namespace), "addresses").getFirst();
    assertThat(Trees.text(address, "type")).isEqualTo("Hostname");
    assertThat(Trees.text(address, "value")).isEqualTo("waypoint.address.svc.cluster.local");

    cluster.author().setReady(namespace, "waypoint-1", "10.1.9.1", false);
    cluster.author().apply(cluster.gateway(namespace, "infrastructure: {labels: {seen: \"yes\"}}"));
    cluster.await(
        "the change is seen",
        () -> "yes".equals(cluster.service(namespace).getMetadata().getLabels().get("seen")));
    assertThat(Trees.list(cluster.status(namespace), "addresses")).hasSize(1);
  }

  @Test
  void aChangedGatewayIsRolled() {
    String namespace = cluster.made("rolled");
    long before = cluster.deployment(namespace).getMetadata().getGeneration();

    cluster.author().apply(cluster.gateway(namespace, "infrastructure: {labels: {team: shop}}"));
    long millis =
        cluster.await(
            "a new generation",
            () ->
                "shop"
                    .equals(
                        cluster
                            .deployment(namespace)
                            .getSpec()
                            .getTemplate()
                            .getMetadata()
                            .getLabels()
                            .get("team")));
    System.out.println("Gateway changed -> Deployment changed, ms: " + millis);
    assertThat(cluster.deployment(namespace).getMetadata().getGeneration()).isGreaterThan(before);
    cluster.await(
        "a second replica set",
        () ->
            cluster.admin().apps().replicaSets().inNamespace(namespace).list().getItems().size()
                == 2);
    assertThat(cluster.service(namespace).getMetadata().getLabels()).containsEntry("team", "shop");

    cluster.author().apply(cluster.gateway(namespace, ""));
    cluster.await(
        "the label goes with its cause",
        () -> !cluster.service(namespace).getMetadata().getLabels().containsKey("team"));
  }

  @Test
  void parametersAreFollowedAndNamedWhenTheyCannotBe() {
    String namespace = "tuned";
    cluster.author().namespace(namespace, Map.of());
    String parameters =
        "infrastructure: {parametersRef: {group: \"\", kind: ConfigMap, name: tuning}}";
    cluster.author().apply(cluster.gateway(namespace, parameters));
    cluster.await(
        "the missing ConfigMap is named",
        () ->
            cluster
                .condition(cluster.status(namespace), "Accepted", "message")
                .contains("there is no ConfigMap tuned/tuning"));
    assertThat(cluster.condition(cluster.status(namespace), "Accepted", "reason"))
        .isEqualTo("InvalidParameters");
    assertThat(cluster.objects(namespace)).isEmpty();

    cluster.tuning(namespace, "deployment: \"spec: {template: {spec: {priorityClassName: a}}}\"");
    cluster.await("made with it", () -> cluster.isComplete(namespace));
    assertThat(cluster.priority(namespace)).isEqualTo("a");

    cluster.tuning(namespace, "deployment: \"spec: {template: {spec: {priorityClassName: b}}}\"");
    cluster.await("rolled", () -> "b".equals(cluster.priority(namespace)));

    cluster.tuning(namespace, "deploymint: \"spec: {}\"");
    cluster.await(
        "the wrong key is named",
        () ->
            cluster
                .condition(cluster.status(namespace), "Accepted", "message")
                .contains("key deploymint"));
    cluster.await("told", () -> cluster.hasEvent(namespace, "InvalidParameters", "deploymint"));
    assertThat(cluster.priority(namespace)).as("what was good stays").isEqualTo("b");
  }

  @Test
  void aDeletedGatewayTakesEverythingWithIt() {
    String namespace = cluster.made("gone");

    cluster.author().delete(cluster.gateway(namespace, ""));

    long millis = cluster.await("all is gone", () -> cluster.objects(namespace).isEmpty());
    System.out.println("Gateway deleted -> all objects gone, ms: " + millis);
  }

  @Test
  void aGatewayOfAnotherClassIsOursNoMore() {
    String namespace = cluster.made("left");

    cluster.author().apply(cluster.gateway(namespace, "").replace("vertx-waypoint", "other"));

    cluster.await("all is gone", () -> cluster.objects(namespace).isEmpty());
    assertThat(
            cluster
                .author()
                .get("gateway.networking.k8s.io", "v1", "gateways", namespace, "waypoint"))
        .isNotNull();
  }

  @Test
  void aHandEditedFieldOfOursIsRestoredAndForeignFieldsAreKept() {
    String namespace = cluster.made("edited");

    cluster.patch(
        namespace, "somebody", "spec: {template: {spec: {terminationGracePeriodSeconds: 1}}}");
    long millis =
        cluster.await(
            "restored",
            () ->
                cluster
                        .deployment(namespace)
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getTerminationGracePeriodSeconds()
                    == 40);
    System.out.println("field edited -> restored, ms: " + millis);

    cluster.patch(
        namespace,
        "somebody",
        "metadata: {annotations: {theirs: kept}}\n"
            + "spec: {replicas: 5, template: {spec: {hostname: theirs}}}");
    cluster.patch(namespace, "else", "spec: {template: {spec: {serviceAccountName: default}}}");
    cluster.await(
        "restored again",
        () ->
            "waypoint"
                .equals(
                    cluster
                        .deployment(namespace)
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getServiceAccountName()));
    Deployment now = cluster.deployment(namespace);
    assertThat(now.getMetadata().getAnnotations()).containsEntry("theirs", "kept");
    assertThat(now.getSpec().getReplicas()).as("the autoscaler's").isEqualTo(5);
    assertThat(now.getSpec().getTemplate().getSpec().getHostname()).isEqualTo("theirs");
  }

  @Test
  void aDeletedObjectOfOursComesBack() {
    String namespace = cluster.made("deleted");
    String before = cluster.service(namespace).getMetadata().getUid();

    cluster.admin().services().inNamespace(namespace).withName("waypoint").delete();

    cluster.await(
        "made again",
        () ->
            cluster.service(namespace) != null
                && !cluster.service(namespace).getMetadata().getUid().equals(before));
  }

  @Test
  void somebodyElsesServiceIsNotTakenOver() {
    String namespace = "taken";
    cluster.author().namespace(namespace, Map.of());
    cluster
        .author()
        .apply(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: waypoint, namespace: taken}
            spec: {selector: {app: shop}, ports: [{port: 80}]}
            """);
    cluster.author().apply(cluster.gateway(namespace, ""));

    cluster.await(
        "told",
        () ->
            cluster
                .condition(cluster.status(namespace), "Programmed", "message")
                .contains("Service taken/waypoint is there already"));
    assertThat(cluster.service(namespace).getSpec().getSelector()).isEqualTo(Map.of("app", "shop"));
    assertThat(cluster.service(namespace).getMetadata().getOwnerReferences()).isEmpty();

    cluster.admin().services().inNamespace(namespace).withName("waypoint").delete();
    cluster.await("made when the name is free", () -> cluster.isComplete(namespace));
  }

  @Test
  void aWaypointThatItsAuthorRunsIsLeftAlone() {
    String namespace = "manual";
    cluster.author().namespace(namespace, Map.of());
    cluster
        .author()
        .apply(
            cluster.gateway(
                namespace,
                "addresses: [{type: Hostname, value: waypoint.manual.svc.cluster.local}]"));

    cluster.await(
        "status",
        () ->
            !cluster.condition(cluster.status(namespace), "Accepted", "reason").equals("Pending"));
    assertThat(cluster.objects(namespace)).isEmpty();
  }

  @Test
  void aPolicyThatLeavesTheWaypointOutIsWarnedOf() {
    String namespace = cluster.made("policed");
    cluster.author().namespace(namespace, Map.of("istio.io/use-waypoint", "waypoint"));
    cluster.author().pod(namespace, "app", "10.1.9.9", Map.of("app", "shop"));
    String policy =
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: %s, namespace: policed}
        spec:
          selector: {matchLabels: {app: %s}}
          rules: [{from: [{source: {principals: [%s]}}]}]
        """;
    cluster
        .author()
        .apply(policy.formatted("unselected", "none", "cluster.local/ns/policed/sa/sleep"));
    cluster
        .author()
        .apply(policy.formatted("admits", "shop", "\"cluster.local/ns/policed/sa/waypoint\""));
    cluster
        .author()
        .apply(policy.formatted("leaves-out", "shop", "cluster.local/ns/policed/sa/sleep"));

    cluster.await(
        "warned",
        () ->
            cluster.hasEvent(
                namespace,
                "WaypointLeftOut",
                "no rule allows cluster.local/ns/policed/sa/waypoint"));
    assertThat(cluster.admin().v1().events().inNamespace(namespace).list().getItems())
        .filteredOn(event -> event.getReason().equals("WaypointLeftOut"))
        .extracting(event -> event.getInvolvedObject().getName())
        .containsOnly("leaves-out");
  }

  @Test
  void aMissingPermissionIsNamedAndMendedWithoutARestart() {
    cluster.author().apply(Rules.WITHOUT_SERVICES);
    try {
      cluster.author().namespace("poor", Map.of());
      cluster.author().apply(cluster.gateway("poor", ""));
      String rule =
          "ClusterRole needs {apiGroups: [\"\"], resources: [\"services\"], verbs: [get, create,"
              + " patch, delete]}";

      cluster.await(
          "named in the status",
          () -> cluster.condition(cluster.status("poor"), "Programmed", "message").contains(rule));
      cluster.await("told", () -> cluster.hasEvent("poor", "NotApplied", rule));
      assertThat(cluster.controller().problems()).anyMatch(line -> line.contains(rule));
      assertThat(cluster.deployment("poor")).as("the others are made").isNotNull();
    } finally {
      cluster.author().apply(Rules.REQUIRED);
    }
    cluster.await("made", () -> cluster.isComplete("poor"));
    cluster.await(
        "said no more",
        () ->
            cluster
                .condition(cluster.status("poor"), "Programmed", "reason")
                .equals("AddressNotAssigned"));
  }

  @Test
  void anotherReplicaTakesOver() {
    try (KubernetesClient client = cluster.client();
        Controller second = cluster.controller(client, "two").start()) {
      cluster.await("ready", second::isReady);
      assertThat(second.leads()).isFalse();

      cluster.controller().close();
      long millis = cluster.await("it leads", second::leads);
      System.out.println("leader closed -> another leads, ms: " + millis);
      cluster.made("taken-over");
    } finally {
      cluster.startController();
    }
  }

  @Test
  void anOutageOfTheApiServerIsOvercome() {
    cluster.author().namespace("outage", Map.of());
    cluster.rig().killApiServer();
    cluster.rig().startApiServer();

    long millis =
        cluster.await(
            "made after it",
            () -> {
              try {
                cluster.author().apply(cluster.gateway("outage", ""));
                return cluster.isComplete("outage");
              } catch (KubernetesClientException _) {
                return false;
              }
            });
    System.out.println("API server back -> Gateway made, ms: " + millis);
    assertThat(Objects.requireNonNull(cluster.deployment("outage")).getSpec()).isNotNull();
  }
}
