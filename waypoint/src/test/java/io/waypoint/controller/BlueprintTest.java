// SPDX-License-Identifier: Apache-2.0
package io.waypoint.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is made for a Gateway, compared whole with the files in {@code controller/}: those that
 * begin with {@code gateway} are read, {@code objects} are expected.
 */
class BlueprintTest {
  private static final String CLASS =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: GatewayClass
      metadata: {name: vertx-waypoint}
      spec: {controllerName: waypoint.dev/gateway-controller}
      """;

  private static final Path GOLDEN = Path.of("src/test/resources/controller");

  private final Blueprint blueprint = new Blueprint(Facts.defaults());

  @TempDir Path folder;

  private static GenericKubernetesResource read(String yaml) {
    return Serialization.unmarshal(yaml, GenericKubernetesResource.class);
  }

  private static String file(String name) throws IOException {
    try (InputStream in = BlueprintTest.class.getResourceAsStream("/controller/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static ManagedGateway gateway(String yaml) {
    return ManagedGateway.of(read(yaml), read(CLASS));
  }

  private static String yaml(List<Blueprint.Drawn> drawn) {
    StringBuilder all = new StringBuilder();
    drawn.forEach(object -> all.append("---\n").append(Trees.yaml(object.tree())));
    return all.toString();
  }

  private static Blueprint.Drawn of(List<Blueprint.Drawn> drawn, OwnedKind kind) {
    return drawn.stream().filter(object -> object.kind() == kind).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "infrastructure"})
  void objectsOfAGatewayAreThese(String story) throws IOException {
    ManagedGateway gateway = gateway(file("gateway-" + story + ".yaml"));
    Parameters parameters =
        gateway.infrastructure().parameters() == null
            ? Parameters.NONE
            : Parameters.read(
                "bookinfo/tuning",
                Trees.texts(Trees.mapping(file("parameters-" + story + ".yaml"), story), "data"));

    String objects = yaml(blueprint.draw(gateway, parameters));

    assertThat(parameters.problems()).isEmpty();
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(GOLDEN.resolve("objects-" + story + ".yaml"), objects);
    }
    assertThat(objects)
        .as("written anew with -Dgolden.write=true; read what changed")
        .isEqualTo(Files.readString(GOLDEN.resolve("objects-" + story + ".yaml")));
  }

  @Test
  void factsOfTheInstallationGoOverTheDefaults() throws IOException {
    Path facts = folder.resolve("facts.yaml");
    Files.writeString(
        facts,
        """
        image: registry.example/waypoint@sha256:0123
        autoscaling: false
        disruption: false
        replicas: 3
        """);

    List<Blueprint.Drawn> drawn =
        new Blueprint(Facts.defaults().over(facts))
            .draw(gateway(file("gateway-plain.yaml")), Parameters.NONE);

    assertThat(drawn)
        .extracting(Blueprint.Drawn::kind)
        .doesNotContain(OwnedKind.HORIZONTAL_POD_AUTOSCALER, OwnedKind.POD_DISRUPTION_BUDGET);
    Object spec = of(drawn, OwnedKind.DEPLOYMENT).tree().get("spec");
    assertThat(Trees.at(spec, "replicas")).isEqualTo(3);
    assertThat(Trees.list(spec, "template", "spec", "containers").getFirst())
        .extracting(container -> Trees.text(container, "image"))
        .isEqualTo("registry.example/waypoint@sha256:0123");
  }

  @Test
  void withAnAutoscalerTheNumberOfPodsIsNotOurs() throws IOException {
    List<Blueprint.Drawn> drawn =
        blueprint.draw(gateway(file("gateway-plain.yaml")), Parameters.NONE);

    assertThat(of(drawn, OwnedKind.HORIZONTAL_POD_AUTOSCALER).name()).isEqualTo("waypoint");
    assertThat(Trees.map(of(drawn, OwnedKind.DEPLOYMENT).tree().get("spec")))
        .doesNotContainKey("replicas");
  }

  @Test
  void noOverlayTakesAnObjectAwayFromItsGateway() throws IOException {
    Parameters parameters =
        Parameters.read(
            "bookinfo/tuning",
            Map.of(
                "deployment",
                """
                metadata:
                  labels: {gateway.istio.io/managed: me, gateway.networking.k8s.io/gateway-name: x}
                spec:
                  template:
                    metadata: {labels: {gateway.networking.k8s.io/gateway-name: x}}
                """));

    Map<String, ?> tree =
        of(blueprint.draw(gateway(file("gateway-plain.yaml")), parameters), OwnedKind.DEPLOYMENT)
            .tree();

    assertThat(parameters.problems()).isEmpty();
    assertThat(Trees.texts(tree, "metadata", "labels"))
        .containsEntry(ManagedGateway.MANAGED_LABEL, ManagedGateway.MANAGED)
        .containsEntry(ManagedGateway.NAME_LABEL, "waypoint");
    assertThat(Trees.texts(tree, "spec", "template", "metadata", "labels"))
        .containsEntry(ManagedGateway.NAME_LABEL, "waypoint");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "metadata: {name: other}",
        "metadata: {namespace: kube-system}",
        "metadata: {ownerReferences: []}",
        "kind: DaemonSet",
        "apiVersion: v2"
      })
  void parametersCannotMakeAnObjectAnother(String overlay) {
    assertThat(Parameters.read("a/b", Map.of("deployment", overlay)).problems())
        .singleElement()
        .asString()
        .startsWith("ConfigMap a/b, key deployment: ")
        .endsWith("cannot be another");
  }

  @Test
  void rolesCannotBeOverlaid() {
    assertThat(Parameters.read("a/b", Map.of("role", "rules: []")).problems())
        .singleElement()
        .asString()
        .isEqualTo(
            "ConfigMap a/b, key role: not known; there are serviceAccount, service, deployment,"
                + " horizontalPodAutoscaler, podDisruptionBudget");
  }

  @Test
  void parametersThatAreNoYamlAreNamed() {
    assertThat(Parameters.read("a/b", Map.of("service", "spec: {")).problems())
        .singleElement()
        .asString()
        .startsWith("ConfigMap a/b, key service: ");
    assertThat(Parameters.read("a/b", Map.of("service", "hello")).problems())
        .containsExactly("ConfigMap a/b, key service: not a mapping");
  }

  @Test
  void parametersOfAnotherKindAreRefusedWithWhatCanBeNamed() {
    ManagedGateway gateway =
        gateway(
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: waypoint, namespace: a, uid: u}
            spec:
              gatewayClassName: vertx-waypoint
              infrastructure: {parametersRef: {group: x.io, kind: Tuning, name: t}}
            """);

    assertThat(gateway.infrastructure().parameters()).isNull();
    assertThat(gateway.infrastructure().obstacle())
        .isEqualTo(
            "infrastructure.parametersRef names a Tuning; it can name a ConfigMap (group \"\")");
  }

  @Test
  void factsThatCannotBeReadAreNamed() {
    Path missing = folder.resolve("no.yaml");

    assertThatThrownBy(() -> Facts.defaults().over(missing))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no.yaml: cannot be read");
  }
}
