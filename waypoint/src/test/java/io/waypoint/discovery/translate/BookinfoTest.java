// SPDX-License-Identifier: Apache-2.0
package io.waypoint.discovery.translate;

import static io.waypoint.discovery.translate.Yaml.found;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.config.Doc;
import io.waypoint.config.Problems;
import io.waypoint.config.Severity;
import io.waypoint.config.Source;
import io.waypoint.discovery.file.Validation;
import io.waypoint.discovery.translate.LocalTable.LocalProcess;
import io.waypoint.rbac.identity.SpiffeId;
import io.waypoint.routing.balance.Endpoint;
import io.waypoint.world.AppProtocol;
import io.waypoint.world.Destination;
import io.waypoint.world.GatewayName;
import io.waypoint.world.World;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The story that the project begins with, from the files that are shipped. */
class BookinfoTest {
  private static final Path FOLDER = Path.of("..", "examples", "bookinfo");

  private static final List<String> DEPLOYMENTS =
      List.of(
          "details-v1",
          "notsleep",
          "productpage-v1",
          "ratings-v1",
          "reviews-v1",
          "reviews-v2",
          "reviews-v3",
          "sleep");

  private final World world = world();

  @Test
  void theFilesAreWithoutProblem() {
    Validation validation = Validation.of(List.of(FOLDER), Scope.ONLY_GATEWAY);
    assertThat(validation.problems()).allMatch(p -> p.severity() == Severity.INFO);
    assertThat(validation.isRefused()).isFalse();
    assertThat(validation.summary()).isEqualTo("no problems in 10 files");
  }

  @Test
  void everyDeploymentIsAWorkloadOfItsOwnIdentity() {
    assertThat(world.gateway()).isEqualTo(new GatewayName("default", "waypoint"));
    assertThat(world.workloads().stream().map(w -> w.workload().name()))
        .containsExactlyElementsOf(DEPLOYMENTS);
    assertThat(world.workload("default/reviews-v2"))
        .satisfies(w -> {
          assertThat(w.identity())
              .isEqualTo(SpiffeId.of("cluster.local", "default", "bookinfo-reviews"));
          assertThat(w.canonicalName()).isEqualTo("reviews");
          assertThat(w.canonicalRevision()).isEqualTo("v2");
        });
  }

  @Test
  void reviewsGoesToThreeVersionsAndIsRoutedToTwo() {
    Destination reviews = found(world, "reviews", 9080);
    assertThat(reviews.protocol()).isEqualTo(AppProtocol.HTTP);
    assertThat(reviews.endpoints().endpoints().stream().map(Endpoint::workload))
        .containsExactly("default/reviews-v1", "default/reviews-v2", "default/reviews-v3");
    assertThat(reviews.routes().producer()).isNotNull();
    assertThat(
            String.valueOf(
                reviews.routes().producer() == null ? "" : reviews.routes().producer().dump()))
        .contains("reviews");
    assertThat(found(world, "details", 9080).routes().producer()).isNull();
  }

  @Test
  void endpointsAreWhereTheLocalTableSaysThroughTheirZtunnel() {
    Endpoint details = found(world, "details", 9080).endpoints().endpoints().getFirst();
    assertThat(details.address()).isEqualTo(app("details-v1"));
    assertThat(details.tunnel())
        .isEqualTo(
            new Endpoint.Tunnel(
                hbone("details-v1"), "spiffe://cluster.local/ns/default/sa/bookinfo-details"));
  }

  @Test
  void thePolicyGuardsProductpageAlone() {
    assertThat(found(world, "productpage", 9080).policies().dump()).isNotEmpty();
    assertThat(found(world, "details", 9080).policies().dump()).isEmpty();
  }

  private static World world() {
    var problems = new Problems();
    List<Doc> docs = new ArrayList<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.toList()) {
        docs.addAll(Doc.read(Source.file(file.toString(), Files.readString(file)), problems));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    LocalTable table = w -> new LocalProcess(app(w.name()), hbone(w.name()));
    return new Translator(Scope.ONLY_GATEWAY, table).translate(docs, problems, 7).world();
  }

  private static InetSocketAddress app(String deployment) {
    return new InetSocketAddress("127.0.0.1", 20_000 + DEPLOYMENTS.indexOf(deployment));
  }

  private static InetSocketAddress hbone(String deployment) {
    return new InetSocketAddress("127.0.1.1", 30_000 + DEPLOYMENTS.indexOf(deployment));
  }
}
