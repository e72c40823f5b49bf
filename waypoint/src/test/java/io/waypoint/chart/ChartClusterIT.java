// SPDX-License-Identifier: Apache-2.0
package io.waypoint.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.waypoint.Clocks;
import io.waypoint.cluster.Author;
import io.waypoint.cluster.ClusterRig;
import io.waypoint.config.Problem;
import io.waypoint.discovery.file.DiscoveryReport;
import io.waypoint.discovery.kube.KubeDiscovery;
import io.waypoint.discovery.kube.KubeSettings;
import io.waypoint.discovery.translate.LocalTable;
import io.waypoint.discovery.translate.Scope;
import io.waypoint.world.GatewayName;
import io.waypoint.world.World;
import io.waypoint.world.WorldHolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a real API server says to the chart's objects, and what their roles let a waypoint do. */
@Timeout(180)
class ChartClusterIT {
  private static final String WAYPOINT = "system:serviceaccount:bookinfo:waypoint";

  /** Of the Prometheus operator, which is not there. */
  private static final String NOT_INSTALLED = "PodMonitor";

  private static ClusterRig rig;

  @BeforeAll
  static void start() {
    rig = ClusterRig.start();
    Author author = new Author(rig.admin());
    author.namespace(Chart.NAMESPACE, Map.of());
    author.namespace("waypoint-system", Map.of());
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  static List<Path> examples() {
    return Chart.examples();
  }

  private static List<HasMetadata> objects(Path example) {
    return objects(Chart.text(example));
  }

  private static List<HasMetadata> objects(String yaml) {
    return rig
        .admin()
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .items()
        .stream()
        .filter(object -> !object.getKind().equals(NOT_INSTALLED))
        .toList();
  }

  /** As {@code kubectl apply --server-side --dry-run=server --validate=strict}. */
  private static HasMetadata dryRun(HasMetadata object, String namespace) {
    return rig.admin()
        .resource(object)
        .inNamespace(namespace)
        .dryRun()
        .fieldValidation(Validation.STRICT)
        .serverSideApply();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyObjectIsTakenAsItIs(Path example) {
    List<HasMetadata> objects = objects(example);

    assertThat(objects).hasSizeGreaterThan(3);
    for (HasMetadata object : objects) {
      assertThat(dryRun(object, Chart.NAMESPACE).getMetadata().getName())
          .isEqualTo(object.getMetadata().getName());
    }
  }

  /** docs/install.md, as far as it needs no nodes. */
  @Test
  void everythingThatTheGuideAppliesIsTaken() throws IOException {
    for (Path file : InstallGuide.applied()) {
      for (HasMetadata object : objects(Files.readString(file))) {
        assertThat(dryRun(object, "default").getMetadata().getName()).isNotEmpty();
      }
    }
    for (InstallGuide.Release release : InstallGuide.releases()) {
      for (HasMetadata object : objects(release.render())) {
        assertThat(dryRun(object, release.namespace()).getMetadata().getName()).isNotEmpty();
      }
    }
  }

  /** Otherwise the tests above would be worth nothing. */
  @Test
  void fieldsThatDoNotExistAreRefused() {
    String wrong =
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: a, namespace: bookinfo}
        automountServiceAccountTokens: false
        """;

    assertThatThrownBy(() -> dryRun(objects(wrong).getFirst(), Chart.NAMESPACE))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("automountServiceAccountTokens");
  }

  private static void install(String example) {
    objects(Chart.example(example)).stream()
        .filter(object -> object.getApiVersion().startsWith("rbac."))
        .forEach(object -> rig.admin().resource(object).forceConflicts().serverSideApply());
  }

  @ParameterizedTest
  @CsvSource({
    "gateway.networking.k8s.io, httproutes,                '', list,   other,    '',              "
        + " true",
    "gateway.networking.k8s.io, httproutes,            status, patch,  other,    '',              "
        + " true",
    "gateway.networking.k8s.io, grpcroutes,            status, patch,  other,    '',              "
        + " true",
    "gateway.networking.k8s.io, gatewayclasses,        status, patch,  '',       vertx-waypoint,  "
        + " true",
    "gateway.networking.k8s.io, gateways,              status, patch,  bookinfo, waypoint,        "
        + " true",
    "security.istio.io,         authorizationpolicies,     '', watch,  other,    '',              "
        + " true",
    "'',                        configmaps,                '', watch,  istio-system, istio,       "
        + " true",
    "coordination.k8s.io,       leases,                    '', create, bookinfo, '',              "
        + " true",
    "coordination.k8s.io,       leases,                    '', update, bookinfo, waypoint-status, "
        + " true",
    "discovery.k8s.io,          endpointslices,            '', list,   bookinfo, '',              "
        + " true",
    "events.k8s.io,             events,                    '', create, other,    '',              "
        + " true",
    "gateway.networking.k8s.io, gateways,              status, patch,  bookinfo, other,           "
        + " false",
    "gateway.networking.k8s.io, gateways,              status, patch,  other,    waypoint,        "
        + " false",
    "gateway.networking.k8s.io, httproutes,                '', patch,  bookinfo, '',              "
        + " false",
    "security.istio.io,         authorizationpolicies, status, patch,  bookinfo, '',              "
        + " false",
    "'',                        secrets,                   '', get,    bookinfo, '',              "
        + " false",
    "'',                        secrets,                   '', list,   istio-system, '',          "
        + " false",
    "'',                        configmaps,                '', watch,  bookinfo, '',              "
        + " true",
    "'',                        configmaps,                '', get,    other,    other,           "
        + " false",
    "gateway.networking.k8s.io, backendtlspolicies,    status, patch,  other,    '',              "
        + " true",
    "gateway.networking.k8s.io, backendtlspolicies,        '', patch,  bookinfo, '',              "
        + " false",
    "'',                        pods,                      '', list,   bookinfo, '',              "
        + " false",
    "coordination.k8s.io,       leases,                    '', update, bookinfo, other,           "
        + " false",
    "discovery.k8s.io,          endpointslices,            '', list,   other,    '',              "
        + " false",
    "apps,                      deployments,               '', patch,  bookinfo, waypoint,        "
        + " false",
  })
  void waypointMayDoThisAndNotThat(
      String group,
      String resource,
      String subresource,
      String verb,
      String namespace,
      String name,
      boolean allowed) {
    install("default");
    SubjectAccessReview asked =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser(WAYPOINT)
            .withNewResourceAttributes()
            .withGroup(group)
            .withResource(resource)
            .withSubresource(subresource)
            .withVerb(verb)
            .withNamespace(namespace)
            .withName(name)
            .endResourceAttributes()
            .endSpec()
            .build();

    SubjectAccessReview answer = rig.admin().resource(asked).create();

    assertThat(answer.getStatus().getAllowed()).isEqualTo(allowed);
  }

  /** With its own permissions and no others, it reads everything it wants to read. */
  @Test
  void discoveryMeetsNoObstacle() throws Exception {
    install("no-istiod-discovery");
    Config config =
        new ConfigBuilder(rig.admin().getConfiguration()).withImpersonateUsername(WAYPOINT).build();
    WorldHolder worlds = new WorldHolder();
    CountDownLatch first = new CountDownLatch(1);
    worlds.subscribe(world -> first.countDown());
    try (KubernetesClient client = ClusterRig.client(config);
        KubeDiscovery discovery =
            new KubeDiscovery(
                client,
                new KubeSettings(
                    Scope.of(new GatewayName(Chart.NAMESPACE, "waypoint"), "mesh-system"),
                    true,
                    KubeSettings.Pace.DEFAULT),
                KubeDiscovery.Workloads.read(LocalTable.ANNOTATED),
                worlds,
                new Unheard(),
                new KubeDiscovery.Time(
                    Clocks.system().wall(), System::nanoTime, new SplittableRandom(1)))) {
      discovery.start();

      assertThat(first.await(60, TimeUnit.SECONDS)).as("%s", discovery.obstacles()).isTrue();
      assertThat(discovery.obstacles()).isEmpty();
    }
  }

  private record Unheard() implements DiscoveryReport {
    @Override
    public void published(World world, List<String> changes, List<Problem> problems) {}

    @Override
    public void rejected(List<Problem> problems) {}
  }
}
