// SPDX-License-Identifier: Apache-2.0
package io.waypoint.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypoint.config.Problems;
import io.waypoint.config.Source;
import io.waypoint.load.report.CellResult;
import io.waypoint.load.report.Machine;
import io.waypoint.load.report.RateBasis;
import io.waypoint.load.report.RunResult;
import io.waypoint.load.rig.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchRunTest {
  @TempDir private Path folder;

  private static CellResult result(String scenario, String cell) {
    return new CellResult(
        scenario,
        "?",
        cell,
        Map.of(),
        100,
        new RateBasis(RateBasis.Kind.SHARE, 0.5, 0),
        Map.of(),
        List.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        true,
        true);
  }

  private static RunResult run(String commit, CellResult... cells) {
    Machine machine = new Machine("cpu", 2, "Linux", "25", commit, "2026", true, Map.of());
    return new RunResult(machine, List.of(cells), true);
  }

  @Test
  void whatWasMeasuredIsNotMeasuredAgain() {
    Scenario scenario =
        Objects.requireNonNull(
            Scenario.read(
                "x",
                Source.file(
                    "x.yaml",
                    "question: q\neffort: quick\ncells:\n- {name: a}\n- {name: b}\n- {name: c}\n"),
                new Problems()));

    List<Scenario> left =
        BenchRun.missing(List.of(scenario), List.of(result("x", "b"), result("y", "a")));

    assertThat(left.getFirst().cells())
        .extracting(entry -> entry.cell().name())
        .containsExactly("a", "c");
    assertThat(BenchRun.minutes(left)).isBetween(1, 3);
  }

  @Test
  void figuresOfSeveralCommitsSaySo() {
    assertThat(BenchRun.commits("b", null)).isEqualTo("b");
    assertThat(BenchRun.commits("b", run("a"))).isEqualTo("b");
    assertThat(BenchRun.commits("b", run("b", result("x", "a")))).isEqualTo("b");
    assertThat(BenchRun.commits("b", run("a", result("x", "a")))).isEqualTo("a and b");
    assertThat(BenchRun.commits("b", run("a and b", result("x", "a")))).isEqualTo("a and b");
  }

  /** What is kept beside the sources is small and names no folder of the machine. */
  @Test
  void theConfigurationsOfAReportAreTakenAlong() throws IOException {
    Path early = Files.createDirectories(folder.resolve("early/small-one/envoy"));
    Path late = Files.createDirectories(folder.resolve("late/small-one/envoy"));
    Files.writeString(early.resolve("envoy.yaml"), "old");
    Files.writeString(late.resolve("envoy.yaml"), "filename: " + late + "/certs/key.pem\n");
    Files.writeString(late.resolve("config_dump.json"), "x".repeat(300_000));
    Path other = Files.createDirectories(folder.resolve("late/small-two/envoy"));
    Files.writeString(other.resolve("envoy.yaml"), "the same in another cell");
    Path out = folder.resolve("out");

    Published.configurations(
        List.of(folder.resolve("early"), folder.resolve("late")),
        run("a", result("small", "one"), result("small", "two")),
        out);

    try (var files = Files.walk(out)) {
      assertThat(files.filter(Files::isRegularFile).map(file -> out.relativize(file).toString()))
          .containsExactly("configurations/small-one/envoy/envoy.yaml");
    }
    assertThat(out.resolve("configurations/small-one/envoy/envoy.yaml"))
        .hasContent("filename: ./envoy/certs/key.pem");
  }
}
