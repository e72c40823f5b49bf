// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.waypoint.Clocks;
import io.waypoint.dev.DevMesh;
import io.waypoint.dev.DevSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the README promises of examples with somebody outside, whose port is ours to choose. */
@Timeout(60)
class OutsideExamplesIT {
  private record Got(int status, String body) {}

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = vertx.createHttpClient();
  private @Nullable DevMesh mesh;

  @TempDir Path folder;

  @AfterEach
  void close() {
    if (mesh != null) {
      mesh.close();
    }
    vertx.close().await();
  }

  private void open(String example, String written, int port) throws Exception {
    Path from = Path.of("..", "examples", example);
    assertThat(Files.readAllLines(from.resolve("README.md"))).hasSize(3);
    for (String file : Files.list(from).map(path -> path.getFileName().toString()).toList()) {
      if (file.endsWith(".yaml") && !file.equals("ca.yaml")) {
        String text = Files.readString(from.resolve(file));
        Files.writeString(folder.resolve(file), text.replace(written, Integer.toString(port)));
      }
    }
    mesh = DevMesh.start(DevSettings.quiet(List.of(folder)), Clocks.system());
  }

  private Got ask(String caller, HttpMethod method, String host) {
    DevMesh running = mesh;
    assertThat(running).isNotNull();
    var options =
        new RequestOptions()
            .setMethod(method)
            .setHost(host)
            .setPort(80)
            .setURI("/")
            .setProxyOptions(running == null ? null : running.socks(caller));
    return Answered.to(client, options)
        .map(answered -> new Got(answered.status(), answered.body()))
        .await();
  }

  @Test
  void serviceEntry() throws Exception {
    var calls = new AtomicInteger();
    int port =
        vertx
            .createHttpServer()
            .requestHandler(request -> {
              calls.incrementAndGet();
              request.response().end("files");
            })
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
    open("service-entry", "8000", port);
    String host = "files.example.com";
    assertThat(ask("sleep.default", HttpMethod.GET, host)).isEqualTo(new Got(200, "files"));
    assertThat(ask("sleep.default", HttpMethod.DELETE, host).status()).isEqualTo(403);
    assertThat(ask("notsleep.default", HttpMethod.GET, host).status()).isEqualTo(403);
    assertThat(calls).hasValue(1);
  }

  private void certificate(TlsServers servers) throws Exception {
    Files.writeString(
        folder.resolve("ca.yaml"),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: secure-ca, namespace: default}\n"
            + "data:\n  ca.crt: |\n"
            + servers.pem().indent(4));
  }

  private Got until(String host, int status) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    Got got = ask("sleep.default", HttpMethod.GET, host);
    while (got.status() != status && System.nanoTime() < end) {
      got = ask("sleep.default", HttpMethod.GET, host);
    }
    return got;
  }

  @Test
  void backendTls() throws Exception {
    String host = "secure.example.com";
    var servers = new TlsServers(vertx, "outside");
    int port = servers.start(leaf -> leaf.dns(host));
    open("backend-tls", "8443", port);
    assertThat(ask("sleep.default", HttpMethod.GET, host).status()).isEqualTo(503);
    certificate(servers);
    assertThat(until(host, 200).body()).isEqualTo(host + " HTTP_1_1 " + host);
    certificate(new TlsServers(vertx, "another"));
    assertThat(until(host, 503).body()).contains("TLS handshake failed");
  }
}
