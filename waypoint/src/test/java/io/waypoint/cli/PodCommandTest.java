// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypoint.chart.Chart;
import io.waypoint.chart.Rendered;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.ParameterException;

/** The command lines that the chart gives to its containers are those of the program. */
class PodCommandTest {
  static List<Path> examples() {
    return Chart.examples();
  }

  private static void parse(List<String> line) {
    PrintWriter nowhere = new PrintWriter(new StringWriter(), true);
    Main.program(new Terminal(nowhere, nowhere, false, false))
        .parseArgs(line.toArray(String[]::new));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyContainerIsStartedWithACommandThatExists(Path example) {
    List<List<String>> lines = new ArrayList<>();
    for (Rendered object : Chart.render(example)) {
      String spec = object.kind().equals("Pod") ? "spec" : "spec.template.spec";
      for (Rendered container : object.listAt(spec + ".containers")) {
        List<String> line = new ArrayList<>();
        ((List<?>) container.at("args")).forEach(word -> line.add(String.valueOf(word)));
        lines.add(line);
      }
    }

    assertThat(lines).isNotEmpty().allSatisfy(PodCommandTest::parse);
  }

  /** Otherwise the test above would be worth nothing. */
  @Test
  void flagsThatDoNotExistAreFound() {
    assertThatThrownBy(() -> parse(List.of("run", "--kube", "--gatewey", "a/b")))
        .isInstanceOf(ParameterException.class);
    assertThatThrownBy(() -> parse(List.of("controll"))).isInstanceOf(ParameterException.class);
  }
}
