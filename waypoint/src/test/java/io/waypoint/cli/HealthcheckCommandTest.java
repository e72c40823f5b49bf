// SPDX-License-Identifier: Apache-2.0
package io.waypoint.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HealthcheckCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(int port) {
    return Main.run(
        new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, false),
        "healthcheck",
        "--port",
        Integer.toString(port));
  }

  private static HttpServer answering(int status, String text) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.createContext(
        "/healthz/ready",
        exchange -> {
          byte[] body = text.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  @Test
  void isZeroWhenReady() throws IOException {
    HttpServer server = answering(200, "ready\n");

    assertThat(run(server.getAddress().getPort())).isZero();
    assertThat(out.toString()).isEqualTo("ready\n");
    server.stop(0);
  }

  @Test
  void tellsWhatIsMissing() throws IOException {
    HttpServer server = answering(503, "certificate: none yet\n");

    assertThat(run(server.getAddress().getPort())).isEqualTo(ExitCode.PROBLEMS);
    assertThat(out.toString()).isEqualTo("certificate: none yet\n");
    server.stop(0);
  }

  @Test
  void nobodyThereIsAProblemToo() throws IOException {
    HttpServer server = answering(200, "");
    int port = server.getAddress().getPort();
    server.stop(0);

    assertThat(run(port)).isEqualTo(ExitCode.PROBLEMS);
    assertThat(err.toString()).contains("no answer from 127.0.0.1:" + port, "hint:");
  }
}
