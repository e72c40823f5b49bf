// SPDX-License-Identifier: Apache-2.0
package io.waypoint.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.config.Problem;
import io.waypoint.discovery.file.Validation;
import io.waypoint.discovery.translate.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What docs/install.md tells people to type. */
class InstallGuideTest {
  private static final Set<String> FIRST_WORDS =
      Set.of("kubectl", "helm", "docker", "istioctl", "waypoint");

  @Test
  void everyCommandIsOfAKnownTool() throws IOException {
    assertThat(InstallGuide.commands())
        .isNotEmpty()
        .allSatisfy(command -> assertThat(FIRST_WORDS).contains(command.split(" ")[0]));
  }

  @Test
  void everyReleaseRenders() throws IOException {
    List<InstallGuide.Release> releases = InstallGuide.releases();

    assertThat(releases).hasSize(2);
    for (InstallGuide.Release release : releases) {
      assertThat(release.render())
          .contains("kind: Deployment", "kind: GatewayClass", "IMAGE:0.1.0");
    }
  }

  @Test
  void everyFileThatIsAppliedIsThereAndHasNoProblem() throws IOException {
    List<Path> files = InstallGuide.applied();

    assertThat(files).hasSizeGreaterThan(7).allSatisfy(file -> assertThat(file).isRegularFile());
    // All of them together, as in the end they are in the cluster.
    Validation together = Validation.of(List.of(Path.of("../examples/bookinfo")), Scope.of(null));
    assertThat(together.problems()).filteredOn(Problem::isError).isEmpty();
  }

  /** What it says about names and numbers is what the program and the chart say. */
  @Test
  void namesAreThoseOfTheChart() throws IOException {
    String commands = String.join("\n", InstallGuide.commands());

    assertThat(commands)
        .contains("gatewayclass vertx-waypoint", "istio.io/use-waypoint=waypoint")
        .contains("deployment/" + InstallGuide.releases().getFirst().name());
  }
}
