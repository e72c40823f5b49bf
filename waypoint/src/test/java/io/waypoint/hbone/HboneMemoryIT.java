// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** 100 MiB up and down through two tunnels in a chain, in a process that has little memory. */
final class HboneMemoryIT {
  private static final long BYTES = 100L * 1024 * 1024;

  @Test
  void slowReadersDoNotMakeMemoryGrow() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:MaxDirectMemorySize=64m",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-Dvertx.disableFileCPResolving=true",
                "-cp",
                System.getProperty("java.class.path"),
                MemoryRun.class.getName(),
                Long.toString(BYTES))
            .redirectErrorStream(true)
            .start();
    List<String> lines;
    try (var reader = child.inputReader()) {
      lines = reader.lines().toList();
    }
    assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
    lines.forEach(System.out::println);
    Map<String, String> figures = new HashMap<>();
    for (String line : lines) {
      int colon = line.indexOf(": ");
      if (colon > 0) {
        figures.put(line.substring(0, colon), line.substring(colon + 2));
      }
    }

    assertThat(child.exitValue()).as(String.join("\n", lines)).isZero();
    assertThat(figures).containsEntry("identical", "true");
    assertThat(Long.parseLong(figures.get("resident growth KiB"))).isLessThanOrEqualTo(32 * 1024);
    assertThat(Long.parseLong(figures.get("echoes"))).isGreaterThan(20);
    assertThat(Long.parseLong(figures.get("slowest echo ms"))).isLessThan(2_000);
  }
}
