// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private static final String GOOD =
      """
      apiVersion: v1
      kind: Service
      metadata:
        name: app
        namespace: default
      spec:
        ports:
          - port: 80
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  private int run(String... args) {
    return Main.run(
        new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, false), args);
  }

  @Test
  void versionNamesWhatItStandsOn() {
    assertThat(run("version")).isZero();
    assertThat(out.toString()).startsWith("waypoint ").contains("Java ", "Vert.x 5.", "Netty 4.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-V"})
  void versionIsAFlagToo(String flag) {
    assertThat(run("version")).isZero();
    String told = out.toString();
    out.getBuffer().setLength(0);

    assertThat(run(flag)).isZero();
    assertThat(out.toString()).isEqualTo(told);
    assertThat(run(flag, "-o", "json")).isZero();
    assertThat(out.toString()).endsWith("\"}\n");
    assertThat(err.toString()).isEmpty();
  }

  /** That it is there at all is said where flags are looked for; elsewhere it is none. */
  @Test
  void versionIsAFlagOfTheProgramOnly() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("-V, --version");
    assertThat(run("validate", "--version")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void versionForPrograms() {
    assertThat(run("version", "-o", "json")).isZero();
    assertThat(out.toString())
        .startsWith("{\"version\":\"")
        .contains("\"java\":\"25", "\"transport\":\"", "\"tls\":\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "dev",
        "run",
        "controller",
        "apply",
        "delete",
        "list",
        "status",
        "generate",
        "check",
        "validate",
        "explain",
        "routes",
        "healthcheck",
        "authz check",
        "version"
      })
  void helpFitsOnAScreenAndHasExamples(String command) {
    int code = run((command + " --help").strip().split(" "));

    assertThat(code).isZero();
    assertThat(out.toString()).contains("Example");
    assertThat(out.toString().lines().count()).isLessThan(40);
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void helpTellsTheExitCodes() {
    run("--help");

    assertThat(out.toString()).contains("Exit codes:", "66", "69", "70", "74", "78");
  }

  @Test
  void nothingIsNotACommand() {
    assertThat(run()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("Usage: waypoint");
  }

  @Test
  void misspeltCommandIsSuggested() {
    assertThat(run("validat")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("Did you mean", "validate");
  }

  @Test
  void goodFilesAreNoProblem() throws IOException {
    assertThat(run("validate", file(GOOD))).isZero();
    assertThat(out.toString()).contains("in 1 file");
  }

  @Test
  void problemIsTold() throws IOException {
    String broken = file(GOOD.replace("ports:", "ports: ["));

    assertThat(run("validate", broken)).isEqualTo(ExitCode.PROBLEMS);
    assertThat(out.toString()).contains("app.yaml:", " error WP", "1 error");
  }

  @Test
  void problemForPrograms() throws IOException {
    String broken = file(GOOD.replace("ports:", "ports: ["));

    assertThat(run("validate", "-o", "json", broken)).isEqualTo(ExitCode.PROBLEMS);
    assertThat(out.toString())
        .startsWith("{\"version\":1,\"files\":1,\"refused\":true,\"problems\":[{")
        .contains("\"severity\":\"error\"", "\"line\":");
  }

  @Test
  void problemForPullRequests() throws IOException {
    String broken = file(GOOD.replace("ports:", "ports: ["));

    assertThat(run("validate", "-o", "github", broken)).isEqualTo(ExitCode.PROBLEMS);
    assertThat(out.toString()).startsWith("::error file=");
  }

  @Test
  void fileThatIsNotThereIsSaidSo() {
    assertThat(run("validate", "nowhere.yaml")).isEqualTo(ExitCode.NO_INPUT);
    assertThat(err.toString()).contains("there is no nowhere.yaml", "hint:");
  }

  @Test
  void localServiceMustBeAnHttpUrl() {
    assertThat(run("dev", "--to", "ftp://localhost")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("http://localhost:8080");
  }

  @Test
  void twoWaysToSayWhatToServeExcludeEachOther() {
    assertThat(run("dev", "--to", "http://localhost:8080", "-f", "x")).isEqualTo(ExitCode.USAGE);
    assertThat(run("dev", "--rehearse", "-f", "x")).isEqualTo(ExitCode.USAGE);
  }

  /** A caller without a namespace would be refused at each request. */
  @ParameterizedTest
  @ValueSource(strings = {"notsleep", "sleep.", "Sleep.default", ""})
  void callersAreLookedAtBeforeAnythingStarts(String caller) {
    assertThat(run("dev", "--as", caller)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--as " + caller, "for example --as sleep.default");
  }

  @Test
  void runNeedsCertificates() throws IOException {
    assertThat(run("run", "-f", file(GOOD), "--certs", folder.resolve("none").toString()))
        .isEqualTo(ExitCode.NO_INPUT);
    assertThat(run("run", "-f", file(GOOD), "--certs", folder.toString()))
        .isEqualTo(ExitCode.CONFIG);
    assertThat(err.toString()).contains("cert-chain.pem");
  }

  @Test
  void colourIsForPeopleOnly() {
    Terminal plain = new Terminal(new PrintWriter(out), new PrintWriter(err), true, false);
    Terminal coloured = new Terminal(new PrintWriter(out), new PrintWriter(err), true, true);

    assertThat(plain.bold("x")).isEqualTo("x");
    assertThat(coloured.bold("x")).isEqualTo("\u001b[1mx\u001b[0m");
  }

  private String file(String yaml) throws IOException {
    return Files.writeString(folder.resolve("app.yaml"), yaml).toString();
  }
}
