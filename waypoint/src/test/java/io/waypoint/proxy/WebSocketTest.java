// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static io.waypoint.proxy.ProxyRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebSocketTest {
  private static final String UPGRADE =
      "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

  private final ProxyRig rig = new ProxyRig();
  private final WebSocketClient client = rig.vertx.createWebSocketClient();

  @AfterEach
  void close() {
    rig.close();
  }

  private void serveEcho() {
    HttpServer server =
        await(
            rig.vertx
                .createHttpServer()
                .webSocketHandler(socket -> socket.textMessageHandler(socket::writeTextMessage))
                .listen(0, "127.0.0.1"));
    rig.serve(ProxyRig.endpoint(server.actualPort()));
  }

  private WebSocket connect() {
    return await(client.connect(rig.http1Port(), "127.0.0.1", "/chat"));
  }

  @Test
  void echoesUntilTheCallerCloses() {
    serveEcho();
    WebSocket socket = connect();
    for (int i = 0; i < 3; i++) {
      Promise<String> echoed = Promise.promise();
      socket.textMessageHandler(echoed::tryComplete);
      String text = "x".repeat(100_000 * i + 1);
      socket.writeTextMessage(text);
      assertThat(await(echoed.future())).isEqualTo(text);
    }
    assertThat(rig.proxy().active()).isEqualTo(1);
    Promise<Void> closed = Promise.promise();
    socket.closeHandler(v -> closed.complete());
    socket.close();
    await(closed.future());
    rig.untilQuiet();
  }

  @Test
  void bytesThatFollowTheAgreementAtOnceAreNotLost() throws IOException {
    try (var server =
        new RawServer(c -> {
          c.request();
          c.send(
              "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
                  + "Upgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\nfirst");
          c.send(c.read(4));
        })) {
      rig.serve(ProxyRig.endpoint(server.port()));
      try (var client = new RawClient(rig.http1Port())) {
        client.send(UPGRADE);
        assertThat(client.head())
            .startsWith("HTTP/1.1 101")
            .containsIgnoringCase("upgrade: websocket")
            .contains("Sec-WebSocket-Accept: x");
        assertThat(client.read(5)).isEqualTo("first");
        client.send("next");
        assertThat(client.rest()).isEqualTo("next");
      }
      rig.untilQuiet();
    }
  }

  /** What is agreed on is between the two ends: the proxy carries bytes and no frames. */
  @Test
  void extensionsAreOfferedAndChosenByTheEndsAlone() throws IOException {
    try (var server =
        new RawServer(c -> {
          assertThat(c.request()).containsIgnoringCase("sec-websocket-extensions: permessage-defl");
          c.send(
              "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
                  + "Upgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\nfirst");
        })) {
      rig.serve(ProxyRig.endpoint(server.port()));
      try (var client = new RawClient(rig.http1Port())) {
        client.send(
            UPGRADE.replace(
                "\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"));
        assertThat(client.head())
            .startsWith("HTTP/1.1 101")
            .doesNotContainIgnoringCase("extensions");
        assertThat(client.read(5)).isEqualTo("first");
      }
      rig.untilQuiet();
    }
  }

  @Test
  void policyIsAskedBeforeTheUpgrade() throws IOException {
    serveEcho();
    rig.publish(Policies.deny(Policies.paths("*")), null, ProxyRig.endpoints());
    try (var client = new RawClient(rig.http1Port())) {
      client.send(UPGRADE);
      assertThat(client.head()).startsWith("HTTP/1.1 403");
    }
  }

  @Test
  void anApplicationThatDeclinesAnswersAsUsual() throws IOException {
    rig.serve(
        rig.backend(request ->
            request.response().setStatusCode(400).end("" + request.getHeader("upgrade"))));
    try (var client = new RawClient(rig.http1Port())) {
      client.send(UPGRADE);
      assertThat(client.until("websocket")).startsWith("HTTP/1.1 400");
      client.send("GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(client.rest()).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void otherUpgradesArePassedOver() throws IOException {
    rig.serve(
        rig.backend(request -> request.response().end("upgrade=" + request.getHeader("upgrade"))));
    try (var client = new RawClient(rig.http1Port())) {
      client.send(
          "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n");
      assertThat(client.rest()).startsWith("HTTP/1.1 200").endsWith("upgrade=null");
    }
  }

  @Test
  void anApplicationThatSwitchesUnaskedIsNotFollowed() throws IOException {
    try (var server =
        new RawServer(c -> {
          c.request();
          c.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n\r\nevil");
          c.untilClosed();
        })) {
      rig.serve(ProxyRig.endpoint(server.port()));
      try (var client = new RawClient(rig.http1Port())) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertThat(client.rest()).startsWith("HTTP/1.1 502").doesNotContain("evil");
      }
    }
  }
}
