// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.waypoint.Clocks;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of policies, each beside bookinfo, doing what its README says. */
@Timeout(120)
class PolicyExamplesIT {
  private static final Path EXAMPLES = Path.of("../examples");

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = vertx.createHttpClient();
  private @Nullable DevMesh mesh;

  private void open(Path example) throws Exception {
    mesh =
        DevMesh.start(
            DevSettings.quiet(List.of(BookinfoStoryIT.examples(), example)), Clocks.system());
  }

  @AfterEach
  void close() {
    if (mesh != null) {
      mesh.close();
    }
    vertx.close().await();
  }

  private int ask(String caller, HttpMethod method, String host, String... headers) {
    String path = host.equals("productpage") ? "/productpage" : "/" + host.split("\\.")[0] + "/0";
    var options =
        new RequestOptions()
            .setMethod(method)
            .setHost(host)
            .setPort(9080)
            .setURI(path)
            .setProxyOptions(Objects.requireNonNull(mesh).socks(caller));
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    return client
        .request(options)
        .compose(request -> request.send())
        .compose(response -> response.end().map(response.statusCode()))
        .await();
  }

  /** Whatever it answers, the request reached the application. */
  private int write(String... headers) {
    return ask("sleep.default", HttpMethod.POST, "details", headers);
  }

  private int read(String host) {
    return ask("sleep.default", HttpMethod.GET, host);
  }

  @Test
  void getOnlyLetsNobodyWrite() throws Exception {
    open(EXAMPLES.resolve("get-only"));

    assertThat(read("details")).isEqualTo(200);
    assertThat(write()).isEqualTo(403);
  }

  @Test
  void denyByDefaultOpensOnlyWhatIsAllowed() throws Exception {
    open(EXAMPLES.resolve("deny-by-default"));

    assertThat(read("productpage")).isEqualTo(200);
    assertThat(read("ratings")).isEqualTo(403);
    assertThat(read("details")).isEqualTo(403);
    assertThat(ask("bookinfo-productpage.default", HttpMethod.GET, "details")).isEqualTo(200);
  }

  @Test
  void namespaceIsolationKeepsVisitorsOutside() throws Exception {
    open(EXAMPLES.resolve("namespace-isolation"));

    assertThat(ask("visitor.elsewhere", HttpMethod.GET, "ratings.default")).isEqualTo(403);
    assertThat(read("ratings")).isEqualTo(200);
  }

  @Test
  void aClaimOfTheTokenDecidesAboutWriting() throws Exception {
    Path example = EXAMPLES.resolve("jwt-claims");
    open(example);

    String alice = Files.readString(example.resolve("alice.jwt")).strip();
    String bob = Files.readString(example.resolve("bob.jwt")).strip();
    assertThat(read("details")).isEqualTo(200);
    assertThat(write()).isEqualTo(403);
    assertThat(write("authorization", "Bearer " + bob)).isEqualTo(403);
    assertThat(write("authorization", "Bearer " + bob + "x")).isEqualTo(401);
    assertThat(write("authorization", "Bearer " + alice)).isNotIn(401, 403);
  }

  @Test
  void aDryRunIsCountedAndDeniesNothing() throws Exception {
    open(EXAMPLES.resolve("dry-run"));

    assertThat(write()).isNotEqualTo(403);
    assertThat(read("details")).isEqualTo(200);
    assertThat(metrics())
        .contains(
            "waypoint_authz_dry_run_total"
                + "{authz_dry_run_action=\"deny\",authz_dry_run_result=\"denied\"} 1.0",
            "waypoint_authz_dry_run_total"
                + "{authz_dry_run_action=\"deny\",authz_dry_run_result=\"allowed\"} 1.0");
  }

  private String metrics() {
    return client
        .request(
            HttpMethod.GET,
            Objects.requireNonNull(mesh).waypoint().metricsPort(),
            "127.0.0.1",
            "/stats/prometheus")
        .compose(request -> request.send().compose(response -> response.body()))
        .await()
        .toString();
  }

  @Test
  void theAuthorizerOfTheExampleIsAsked(@TempDir Path folder) throws Exception {
    Path example = EXAMPLES.resolve("ext-authz");
    Process authorizer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                example.resolve("Authorizer.java").toString(),
                "0")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = authorizer.inputReader()) {
      String port = String.valueOf(out.readLine()).replaceAll("\\D", "");
      copy(example, folder, "9191", port);
      open(folder);

      assertThat(read("details")).isEqualTo(403);
      assertThat(ask("sleep.default", HttpMethod.GET, "details", "x-badge", "gold")).isEqualTo(200);
      assertThat(ask("sleep.default", HttpMethod.GET, "details", "x-badge", "tin")).isEqualTo(403);
    } finally {
      authorizer.destroy();
    }
  }

  private static void copy(Path from, Path to, String text, String replacement) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
        Files.writeString(
            to.resolve(file.getFileName()), Files.readString(file).replace(text, replacement));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "get-only",
        "deny-by-default",
        "namespace-isolation",
        "jwt-claims",
        "ext-authz",
        "dry-run"
      })
  void everyExampleSaysHowToRunItInThreeLines(String example) throws IOException {
    assertThat(Files.readAllLines(EXAMPLES.resolve(example).resolve("README.md")))
        .hasSize(3)
        .anyMatch(line -> line.contains("-f examples/" + example));
  }
}
