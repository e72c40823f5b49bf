// SPDX-License-Identifier: Apache-2.0
package io.waypoint.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class GuardTest {
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server =
      vertx
          .createHttpServer()
          .requestHandler(request -> {
            String refusal = Guard.refusal(request);
            Reply.text(request.response(), refusal == null ? 200 : 403, "" + refusal);
          })
          .listen(0, "127.0.0.1")
          .await();

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  private int status(String method, String... headers) throws Exception {
    return RawHttp.send(server.actualPort(), method + " / HTTP/1.1", headers).status();
  }

  @Test
  void loopbackNamesAreServed() throws Exception {
    for (String host :
        List.of("localhost", "LOCALHOST:15000", "127.0.0.1:15000", "[::1]", "[::1]:15000")) {
      assertThat(status("GET", "Host: " + host)).as(host).isEqualTo(200);
    }
  }

  @Test
  void aReboundNameIsRefused() throws Exception {
    for (String host :
        List.of(
            "evil.example",
            "evil.example:15000",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "localhost:80@evil.example",
            "localhost.",
            "10.0.0.3:15000",
            "[::1].evil.example",
            "[::2]",
            "localhost:",
            "")) {
      assertThat(Guard.isLoopback(host)).as(host).isFalse();
      assertThat(status("GET", "Host: " + host)).as(host).isBetween(400, 403);
    }
    assertThat(status("GET", "Host: localhost", "Host: evil.example")).isBetween(400, 403);
    assertThat(status("GET", "X: y")).as("no host").isBetween(400, 403);
  }

  @Test
  void programsAndOurOwnPagesMayChangeThings() throws Exception {
    assertThat(status("POST", "Host: localhost:1")).isEqualTo(200);
    assertThat(status("POST", "Host: localhost:1", "Origin: http://localhost:1")).isEqualTo(200);
    assertThat(status("POST", "Host: localhost:1", "Sec-Fetch-Site: same-origin")).isEqualTo(200);
  }

  @Test
  void otherPagesMayNot() throws Exception {
    for (String origin :
        List.of(
            "http://evil.example",
            "null",
            "http://localhost",
            "http://localhost:2",
            "https://localhost:1",
            "")) {
      assertThat(status("POST", "Host: localhost:1", "Origin: " + origin))
          .as(origin)
          .isEqualTo(403);
    }
    assertThat(
            status(
                "POST", "Host: localhost:1", "Origin: http://localhost:1", "Origin: http://evil"))
        .isEqualTo(403);
    assertThat(status("POST", "Host: localhost:1", "Sec-Fetch-Site: cross-site")).isEqualTo(403);
    assertThat(status("DELETE", "Host: localhost:1", "Sec-Fetch-Site: same-site")).isEqualTo(403);
  }
}
