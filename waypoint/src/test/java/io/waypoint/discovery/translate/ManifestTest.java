// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static io.waypoint.discovery.translate.Yaml.MESH;
import static io.waypoint.discovery.translate.Yaml.found;
import static io.waypoint.discovery.translate.Yaml.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.rbac.PathNormalization;
import io.waypoint.rbac.identity.TrustDomain;
import io.waypoint.world.MeshSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What all objects have in common, and the settings of the mesh. */
class ManifestTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          v1 | Servce | error WP2001 there is no kind Servce in the core group
          gateway.networking.k8s.io/v1 | HttpRoute | error WP2001 there is no kind HttpRoute in gateway.networking.k8s.io
          security.istio.io/v1 | AuthPolicy | error WP2001 there is no kind AuthPolicy in security.istio.io
          security.istio.io/v1 | RequestAuthentication | warning WP3004 RequestAuthentication default/x has no targetRefs: no waypoint looks at it, and ztunnel does not know tokens
          gateway.networking.k8s.io/v1 | TCPRoute | warning WP2002 TCPRoute is known and has no effect in this version
          networking.istio.io/v1alpha3 | EnvoyFilter | warning WP2002 EnvoyFilter is known and has no effect in this version
          gateway.networking.k8s.io/v1 | GatewayClass | info WP2002 GatewayClass is not used by this proxy
          security.istio.io/v1 | PeerAuthentication | info WP2002 PeerAuthentication is not used by this proxy
          v1 | Secret | info WP2002 Secret is not used by this proxy
          example.com/v1 | Anything | info WP2002 Anything is not used by this proxy
          """)
  void everyKindIsUsedOrSpokenOf(String apiVersion, String kind, String problem) {
    Translation translation =
        Yaml.of(
            MESH, "apiVersion: %s\nkind: %s\nmetadata: {name: x}\n".formatted(apiVersion, kind));
    assertThat(
            translation.problems().stream()
                .map(p -> p.severity() + " " + p.code().id() + " " + p.message()))
        .containsExactly(problem);
  }

  @Test
  void misspeltKindsGetAHint() {
    Translation translation =
        Yaml.of("apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRout\nmetadata: {name: x}\n");
    assertThat(translation.problems())
        .anyMatch(p -> "did you mean \"HTTPRoute\"?".equals(p.hint()));
  }

  @Test
  void unknownFieldsAreErrorsInOurSpecsAndIgnoredInCoreOnes() {
    String pod =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: x, whatever: 1}
        spec: {containers: [{name: c, image: i, resources: {limits: {cpu: 1}}}], tolerations: []}
        """;
    assertThat(Yaml.words(Yaml.of(MESH, pod))).isEmpty();
    String route =
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: x, label: {}}
        spec: {rules: []}
        statu: {}
        """;
    assertThat(Yaml.errors(Yaml.of(MESH, route)))
        .containsExactly("3:21 UNKNOWN_FIELD", "5:1 UNKNOWN_FIELD");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [1]                                                   | NOT_AN_OBJECT
          text                                                  | NOT_AN_OBJECT
          {kind: Service}                                       | NOT_AN_OBJECT
          {apiVersion: v1}                                      | NOT_AN_OBJECT
          {apiVersion: v1, kind: Service}                       | MISSING_FIELD
          {apiVersion: v1, kind: Service, metadata: {name: A}}  | BAD_VALUE
          {apiVersion: v1, kind: Service, metadata: {name: a.b}} | BAD_VALUE
          {apiVersion: v1, kind: Service, metadata: {name: a, namespace: n.s}} | BAD_VALUE
          {apiVersion: v1, kind: Service, metadata: {name: "a/../b"}} | BAD_VALUE
          {apiVersion: v1, kind: Service, metadata: {name: 80}} | WRONG_TYPE
          """)
  void whatIsNoObjectIsRefused(String document, String code) {
    assertThat(Yaml.errors(Yaml.of(document))).singleElement().asString().endsWith(code);
  }

  @Test
  void theSameObjectTwiceIsRefused() {
    assertThat(Yaml.words(Yaml.of(MESH, service("shop"), service("shop"))))
        .containsExactly("error WP1011 Service default/shop is also at f1.yaml:1:1");
  }

  @Test
  void listsAreTheirItems() {
    String list =
        "apiVersion: v1\n"
            + "kind: List\n"
            + "items:\n"
            + "- {apiVersion: v1, kind: Service, metadata: {name: shop}, spec: {ports: [{port:"
            + " 80}]}}\n";
    assertThat(found(Yaml.of(MESH, list).world(), "shop", 80).service()).isEqualTo("shop");
  }

  @Test
  void settingsOfTheMeshComeFromTheConfigMap() {
    MeshSettings mesh =
        Yaml.of(
                mesh(
                    "trustDomain: example.org\n"
                        + "    trustDomainAliases: [old.org]\n"
                        + "    rootNamespace: root\n"
                        + "    pathNormalization: {normalization: MERGE_SLASHES}\n"
                        + "    accessLogFile: x\n"))
            .world()
            .mesh();
    assertThat(mesh.trustDomain()).isEqualTo(new TrustDomain("example.org"));
    assertThat(mesh.trust().aliases()).containsExactly(new TrustDomain("old.org"));
    assertThat(mesh.rootNamespace()).isEqualTo("root");
    assertThat(mesh.pathNormalization()).isEqualTo(PathNormalization.MERGE_SLASHES);
    assertThat(Yaml.of().world().mesh()).isEqualTo(MeshSettings.DEFAULTS);
  }

  @Test
  void settingsOfTheMeshAreCheckedAtTheirLine() {
    assertThat(Yaml.errors(Yaml.of(mesh("trustDomian: x\n")))).containsExactly("6:5 UNKNOWN_FIELD");
    assertThat(Yaml.errors(Yaml.of(mesh("trustDomain: Bad_TD!\n"))))
        .containsExactly("6:18 BAD_VALUE");
    assertThat(Yaml.errors(Yaml.of(mesh("pathNormalization: {normalization: ALL}\n"))))
        .containsExactly("6:40 BAD_VALUE");
  }

  @Test
  void aConfigMapOfAnotherNamespaceIsNotTheMeshs() {
    String foreign = mesh("trustDomain: evil.org\n").replace("istio-system", "default");
    assertThat(Yaml.of(foreign).world().mesh()).isEqualTo(MeshSettings.DEFAULTS);
  }

  /** The order of documents, and of files, means nothing. */
  @Test
  void anyOrderOfDocumentsGivesTheSameWorld() {
    List<String> documents = new ArrayList<>(Arrays.asList(MESH.split("---\n")));
    for (String name : List.of("shop", "cart", "till", "attic")) {
      documents.add(service(name));
      documents.add(Yaml.pod(name, "10.1.0." + documents.size()));
    }
    documents.add(HttpRouteTest.route("a", "", "- backendRefs: [{name: cart, port: 80}]"));
    documents.add(HttpRouteTest.route("b", "", "- backendRefs: [{name: till, port: 80}]"));
    documents.add(
        PolicyReaderTest.policy(
            "targetRefs: [{kind: Service, group: \"\", name: shop}]", "rules: [{}]"));
    documents.add(mesh("trustDomain: example.org\n"));
    String expected = Yaml.dump(Yaml.of(documents.toArray(String[]::new)).world());
    assertThat(expected).contains("shop.default.svc.cluster.local:80", "example.org");
    long seed = 42;
    var random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      Collections.shuffle(documents, random);
      String[] files =
          i % 2 == 0
              ? documents.toArray(String[]::new)
              : new String[] {String.join("---\n", documents)};
      assertThat(Yaml.dump(Yaml.of(files).world()))
          .as("seed %d, order %d", seed, i)
          .isEqualTo(expected);
    }
  }

  private static String mesh(String settings) {
    return "apiVersion: v1\n"
        + "kind: ConfigMap\n"
        + "metadata: {name: istio, namespace: istio-system}\n"
        + "data:\n"
        + "  mesh: |\n"
        + "    "
        + settings;
  }
}
