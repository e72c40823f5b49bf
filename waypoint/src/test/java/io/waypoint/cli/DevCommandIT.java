// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program as a process of its own: signals and exit codes are those of the operating system.
 */
@Timeout(120)
class DevCommandIT {
  @TempDir Path folder;

  private record Ended(int code, String said) {}

  @Test
  void storyGoesAsTold() throws Exception {
    Ended ended = run("dev", "--any-port", "--rehearse");

    assertThat(ended.said())
        .contains("ok      sleep reads the product page")
        .doesNotContain("WRONG");
    assertThat(ended.code()).isZero();
  }

  @Test
  void commandRunsInsideTheMeshAndItsExitCodeIsPassedOn() throws Exception {
    Ended ended = run("dev", "--any-port", "--", "sh", "-c", "echo $http_proxy $all_proxy; exit 7");

    assertThat(ended.code()).isEqualTo(7);
    assertThat(ended.said())
        .contains("http://sleep.default@127.0.0.1:", "socks5h://sleep.default@127.0.0.1:");
  }

  @Test
  void commandThatDoesNotExistIsSaidSo() throws Exception {
    Ended ended = run("dev", "--any-port", "--", "no-such-command-here");

    assertThat(ended.code()).isEqualTo(ExitCode.NO_INPUT);
    assertThat(ended.said()).contains("cannot run no-such-command-here");
  }

  @Test
  void portThatIsTakenIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());

      Ended ended = run("dev", "--any-port", "--port", port);

      assertThat(ended.code()).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(ended.said()).contains("port " + port, "is taken", "hint:");
    }
  }

  @Test
  void fileThatCannotBeReadNamesThePlace() throws Exception {
    Path broken = Files.writeString(folder.resolve("broken.yaml"), "kind: Service\nspec: [\n");

    Ended ended = run("dev", "--any-port", "-f", broken.toString());

    assertThat(ended.code()).isEqualTo(ExitCode.CONFIG);
    assertThat(ended.said()).containsPattern("broken\\.yaml:\\d+:\\d+ error");
  }

  @Test
  void sigtermDrainsAndEndsWell() throws Exception {
    Process process = start("dev", "--any-port", "--access-log", "none");
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      String line = said.readLine();
      List<String> lines = new ArrayList<>();
      while (line != null && !line.contains("/reviews/0")) {
        lines.add(line);
        line = said.readLine();
      }
      assertThat(lines).anyMatch(banner -> banner.contains("ready in"));

      process.destroy();

      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
  }

  private static Ended run(String... args) throws IOException, InterruptedException {
    Process process = start(args);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), said);
  }

  private static Process start(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-Dwaypoint.home=..",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
