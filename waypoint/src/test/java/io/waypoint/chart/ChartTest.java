// SPDX-License-Identifier: Apache-2.0
package io.waypoint.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.LintResult;
import io.waypoint.config.Problems;
import io.waypoint.config.WaypointSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the chart makes of its example values, and which values it does not take. */
class ChartTest {
  private static final String GATEWAY_LABEL = "gateway.networking.k8s.io/gateway-name";
  private static final Map<Path, List<Rendered>> RENDERED =
      Chart.examples().stream().collect(Collectors.toUnmodifiableMap(file -> file, Chart::render));

  static List<Path> examples() {
    return Chart.examples();
  }

  private static List<Rendered> rendered(String example) {
    return RENDERED.get(Chart.example(example));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void lintsWithoutAComplaint(Path example, @TempDir Path scratch) throws IOException {
    LintResult result = Chart.lint(example, scratch);

    assertThat(result.getMessages()).as("%s", result.getMessages()).isEmpty();
    assertThat(result.isFailed()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyObjectHasAnIdentityOfItsOwn(Path example) {
    List<Rendered> objects = RENDERED.get(example);

    assertThat(objects).isNotEmpty();
    assertThat(objects).allSatisfy(o -> assertThat(o.text("apiVersion")).isNotEqualTo("null"));
    assertThat(objects.stream().map(o -> o.kind() + " " + o.name())).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void nothingIsLeftOpen(Path example) {
    assertThat(RENDERED.get(example).toString()).doesNotContain("${", "=null", "{{");
  }

  @ParameterizedTest
  @MethodSource("examples")
  void rolesGrantNeitherSecretsNorEverything(Path example) {
    for (Rendered role : RENDERED.get(example)) {
      if (role.kind().endsWith("Role")) {
        for (Rendered rule : role.listAt("rules")) {
          assertThat(rule.tree().toString()).doesNotContain("secrets", "*", "escalate");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void podsMayDoNoMoreThanTheyNeed(Path example) {
    for (Rendered pod : pods(RENDERED.get(example))) {
      assertThat(pod.at("securityContext.runAsNonRoot")).isEqualTo(true);
      assertThat((Integer) pod.at("securityContext.runAsUser")).isPositive();
      assertThat(pod.at("securityContext.seccompProfile.type")).isEqualTo("RuntimeDefault");
      Rendered security =
          new Rendered(pod.listAt("containers").getFirst().mapAt("securityContext"));
      assertThat(security.at("readOnlyRootFilesystem")).isEqualTo(true);
      assertThat(security.at("allowPrivilegeEscalation")).isEqualTo(false);
      assertThat(security.text("capabilities.drop")).isEqualTo("[ALL]");
    }
  }

  private static List<Rendered> pods(List<Rendered> objects) {
    return objects.stream()
        .flatMap(o ->
            switch (o.kind()) {
              case "Deployment" -> Stream.of(new Rendered(o.mapAt("spec.template.spec")));
              case "Pod" -> Stream.of(new Rendered(o.mapAt("spec")));
              default -> Stream.<Rendered>of();
            })
        .toList();
  }

  /** Names and labels by which objects find each other. */
  @ParameterizedTest
  @MethodSource("examples")
  void objectsFindEachOther(Path example) {
    List<Rendered> objects = RENDERED.get(example);
    Rendered deployment = Rendered.only(objects, "Deployment");
    Map<String, Object> labels = deployment.mapAt("spec.template.metadata.labels");
    List<String> ports =
        deployment.listAt("spec.template.spec.containers.0.ports").stream()
            .map(port -> port.text("name"))
            .toList();
    TreeSet<String> names = new TreeSet<>();
    objects.forEach(o -> names.add(o.kind() + " " + o.name()));

    assertThat(names)
        .contains("ServiceAccount " + deployment.text("spec.template.spec.serviceAccountName"));
    for (Rendered object : objects) {
      switch (object.kind()) {
        case "Deployment" ->
            assertThat(labels).containsAllEntriesOf(object.mapAt("spec.selector.matchLabels"));
        case "Service" -> {
          assertThat(labels).containsAllEntriesOf(object.mapAt("spec.selector"));
          object
              .listAt("spec.ports")
              .forEach(port -> assertThat(ports).contains(port.text("targetPort")));
        }
        case "PodDisruptionBudget" ->
            assertThat(labels).containsAllEntriesOf(object.mapAt("spec.selector.matchLabels"));
        case "NetworkPolicy" ->
            assertThat(labels).containsAllEntriesOf(object.mapAt("spec.podSelector.matchLabels"));
        case "PodMonitor" ->
            assertThat(labels).containsAllEntriesOf(object.mapAt("spec.selector.matchLabels"));
        case "HorizontalPodAutoscaler" ->
            assertThat(object.text("spec.scaleTargetRef.name")).isEqualTo(deployment.name());
        case "RoleBinding", "ClusterRoleBinding" -> {
          assertThat(names)
              .contains(object.text("roleRef.kind") + " " + object.text("roleRef.name"));
          assertThat(names).contains("ServiceAccount " + object.text("subjects.0.name"));
          assertThat(object.text("subjects.0.namespace")).isEqualTo(Chart.NAMESPACE);
        }
        default -> assertThat(object.name()).isNotEmpty();
      }
    }
  }

  @Test
  void gatewayIsWhatItsPodsAreToldToBe() {
    List<Rendered> objects = rendered("default");
    Rendered gateway = Rendered.only(objects, "Gateway");
    Rendered deployment = Rendered.only(objects, "Deployment");

    assertThat(gateway.text("spec.listeners.0.port")).isEqualTo("15008");
    assertThat(gateway.text("spec.listeners.0.protocol")).isEqualTo("HBONE");
    assertThat(deployment.text("spec.template.spec.containers.0.args"))
        .isEqualTo("[run, --kube, --gateway, bookinfo/waypoint]");
    assertThat(deployment.mapAt("spec.template.metadata.labels"))
        .containsEntry(GATEWAY_LABEL, gateway.name())
        .containsEntry("istio.io/dataplane-mode", "none")
        .containsEntry("sidecar.istio.io/inject", "false");
  }

  /** istiod takes pods with its own value of this label for Envoys. */
  @Test
  void nothingPretendsToBeIstios() {
    assertThat(RENDERED.values().toString()).doesNotContain("istio.io-mesh-controller");
  }

  @Test
  void waypointIsNotSentToAWaypoint() {
    Rendered service = Rendered.only(rendered("default"), "Service");

    assertThat(service.mapAt("metadata.labels")).containsEntry("istio.io/use-waypoint", "none");
  }

  @Test
  void tokenForTheCaIsOfItsAudience() {
    Rendered deployment = Rendered.only(rendered("default"), "Deployment");

    assertThat(deployment.at("spec.template.spec.automountServiceAccountToken")).isEqualTo(false);
    assertThat(deployment.listAt("spec.template.spec.volumes"))
        .anySatisfy(volume ->
            assertThat(volume.text("projected.sources.0.serviceAccountToken.audience"))
                .isEqualTo("istio-ca"));
  }

  @Test
  void autoscalerOwnsTheNumberOfPods() {
    assertThat(Rendered.only(rendered("default"), "Deployment").at("spec.replicas")).isNull();
    assertThat(Rendered.only(rendered("single"), "Deployment").at("spec.replicas")).isEqualTo(1);
    assertThat(rendered("single"))
        .noneMatch(o -> o.kind().equals("HorizontalPodAutoscaler"))
        .noneMatch(o -> o.kind().equals("PodDisruptionBudget"));
  }

  @Test
  void settingsReachTheProgram() {
    Map<String, String> variables = new HashMap<>();
    for (Rendered variable :
        Rendered.only(rendered("production"), "Deployment")
            .listAt("spec.template.spec.containers.0.env")) {
      variables.put(variable.text("name"), variable.text("value"));
    }
    Problems problems = new Problems();

    WaypointSettings settings = WaypointSettings.read(null, variables, Map.of(), problems);

    assertThat(problems.sorted()).isEmpty();
    assertThat(settings.drain().delay()).hasSeconds(10);
    assertThat(settings.drain().grace()).hasSeconds(90);
    assertThat(settings.limits().unreadBytes()).isEqualTo(128L << 20);
    assertThat(settings.instance().eventLoops()).isEqualTo(4);
  }

  /** All but what the chart itself says: where to listen, which Gateway it is, and the mesh. */
  @Test
  void schemaKnowsEverySetting() throws IOException {
    Rendered schema = new Rendered(Chart.yaml(Chart.FOLDER.resolve("values.schema.json")));
    TreeSet<String> known = new TreeSet<>();
    schema
        .mapAt("properties.settings.properties")
        .forEach((group, rest) ->
            new Rendered(Rendered.map(rest))
                .mapAt("properties")
                .keySet()
                .forEach(name -> known.add(group + "." + name)));
    TreeSet<String> settings = new TreeSet<>();
    for (String line : WaypointSettings.DEFAULTS.dump()) {
      settings.add(line.substring(0, line.indexOf(':')));
    }
    settings.removeIf(name -> name.startsWith("ports.") || name.startsWith("mesh."));
    settings.removeAll(
        List.of(
            "instance.gateway",
            "instance.rootNamespace",
            "instance.locality",
            "instance.node",
            "instance.controllerNamespace"));

    assertThat(known).isEqualTo(settings);
  }

  @Test
  void podsAreGivenTheTimeToDrain() {
    Rendered deployment = Rendered.only(rendered("default"), "Deployment");
    int given = (Integer) deployment.at("spec.template.spec.terminationGracePeriodSeconds");
    long needed = WaypointSettings.DEFAULTS.drain().grace().toSeconds();

    assertThat(given).isGreaterThanOrEqualTo((int) needed + 5);
    assertThatThrownBy(() -> Chart.render("terminationGracePeriodSeconds: " + needed))
        .hasMessageContaining("killed in the middle of requests");
    assertThat(Chart.render("terminationGracePeriodSeconds: " + (needed + 1))).isNotEmpty();
  }

  @Test
  void factsBesideTheTemplatesAreTheDefaults() throws IOException {
    List<Rendered> objects = Chart.render("mode: controller");
    Rendered config = Rendered.only(objects, "ConfigMap");
    Map<String, Object> told = Chart.yaml(String.valueOf(config.mapAt("data").get("facts.yaml")));
    Map<String, Object> written = Chart.yaml(Chart.FOLDER.resolve("waypoint/facts.yaml"));
    // What only a release can know: the name of its role, and where its controller is.
    told.remove("readerRole");
    written.remove("readerRole");
    assertThat(((List<?>) told.get("env")).removeLast())
        .isEqualTo(Map.of("name", "WAYPOINT_CONTROLLER_NAMESPACE", "value", Chart.NAMESPACE));

    assertThat(told).isEqualTo(written);
  }

  @Test
  void overlaysGoOverEverything() {
    List<Rendered> objects = rendered("overlay");
    Rendered deployment = Rendered.only(objects, "Deployment");

    assertThat(deployment.at("spec.minReadySeconds")).isEqualTo(5);
    assertThat(deployment.at("spec.template.spec.dnsPolicy")).isEqualTo("Default");
    assertThat(deployment.at("spec.template.spec.serviceAccountName")).isEqualTo("waypoint");
    assertThat(Rendered.only(objects, "Service").at("spec.ipFamilyPolicy"))
        .isEqualTo("SingleStack");
    assertThat(Rendered.only(objects, "HorizontalPodAutoscaler").at("spec.maxReplicas"))
        .isEqualTo(5);
    assertThat(objects).filteredOn(o -> o.kind().equals("ConfigMap")).hasSize(2);
  }

  @Test
  void valuesAreNeverTakenForTemplates() {
    List<Rendered> objects = Chart.render("env: [{name: A, value: 'x${name}y'}]");

    assertThat(Rendered.only(objects, "Deployment").listAt("spec.template.spec.containers.0.env"))
        .contains(new Rendered(Map.of("name", "A", "value", "x${name}y")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mode: both                                       | mode
          replica: 2                                       | replica
          replicas: two                                    | replicas
          replicas: 0                                      | replicas
          name: Upper                                      | name
          image: {repository: ''}                          | repository
          image: {tag: 'a b'}                              | tag
          image: {digest: 'md5:1'}                         | digest
          image: {pullPolicy: Sometimes}                   | pullPolicy
          gateway: {waypointFor: pods}                     | waypointFor
          gateway: {allowFrom: Everybody}                  | allowFrom
          gateway: {allowFrom: Selector}                   | namespaceSelector
          mesh: {discovery: consul}                        | discovery
          mesh: {istiod: istiod}                           | istiod
          settings: {drain: {grace: 30}}                   | grace
          settings: {drain: {gracee: 30s}}                 | gracee
          settings: {ports: {hbone: 1}}                    | ports
          settings: {drain: {grace: 2m}}                   | terminationGracePeriodSeconds
          autoscaling: {targetCpuPercent: '70%'}           | targetCpuPercent
          autoscaling: {minReplicas: 11}                   | minReplicas
          resources: {requests: {cpu: lots}}               | cpu
          resources: {requests: {cpu: null}}               | resources.requests.cpu
          terminationGracePeriodSeconds: 40s               | terminationGracePeriodSeconds
          trafficDistribution: Nearest                     | trafficDistribution
          nodeSelector: {a: 1}                             | nodeSelector
          tolerations: {}                                  | tolerations
          overlay: {statefulSet: {}}                       | statefulSet
          podMonitor: {interval: often}                    | interval
          controller: {replicas: 11}                       | controller
          tests: {enabled: 'yes'}                          | enabled
          extraObjects: [1]                                | extraObjects
          """)
  void valuesThatCannotBeMeantAreRefusedByName(String values, String named) {
    assertThatThrownBy(() -> Chart.render(values)).hasMessageContaining(named);
  }

  /** A key that is documented and unknown, or known and undocumented, would be a trap. */
  @Test
  void schemaAndValuesNameTheSameKeys() throws IOException {
    Map<String, Object> values = Chart.yaml(Chart.FOLDER.resolve("values.yaml"));
    Rendered schema = new Rendered(Chart.yaml(Chart.FOLDER.resolve("values.schema.json")));
    TreeSet<String> known = new TreeSet<>(schema.mapAt("properties").keySet());
    known.remove("global");

    assertThat(new TreeSet<>(values.keySet())).isEqualTo(known);
  }

  @Test
  void everyValueIsInTheTableOfTheReadme() throws IOException {
    String readme = Files.readString(Chart.FOLDER.resolve("README.md"));

    for (Map.Entry<String, Object> value :
        Chart.yaml(Chart.FOLDER.resolve("values.yaml")).entrySet()) {
      if (value.getValue() instanceof Map<?, ?> group && !group.isEmpty()) {
        group
            .keySet()
            .forEach(name -> assertThat(readme).contains("| `" + value.getKey() + "." + name));
      } else {
        assertThat(readme).contains("| `" + value.getKey() + "`");
      }
    }
  }
}
