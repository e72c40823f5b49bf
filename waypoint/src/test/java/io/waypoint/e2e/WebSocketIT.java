// SPDX-License-Identifier: Apache-2.0
package io.waypoint.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocket;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** WebSockets through two tunnels. */
@Timeout(60)
class WebSocketIT {
  @TempDir private Path folder;
  private final BlockingQueue<Short> codesAtTheServer = new LinkedTransferQueue<>();
  private Stage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new Stage(folder);
    stage
        .serve("chat", "http", request -> request.response().setStatusCode(400).end(), this::echo)
        .open();
  }

  @AfterEach
  void close() {
    stage.close();
  }

  private void echo(ServerWebSocket socket) {
    socket.textMessageHandler(text -> {
      if (text.equals("bye")) {
        socket.close((short) 4001, "as you wish");
      } else {
        socket.writeTextMessage(text);
      }
    });
    socket.binaryMessageHandler(socket::writeBinaryMessage);
    socket.closeHandler(v -> codesAtTheServer.add(socket.closeStatusCode()));
  }

  private WebSocket connect() {
    return stage.webSockets().connect(80, "chat", "/").await();
  }

  @Test
  void textComesBack() {
    WebSocket socket = connect();
    for (String text : new String[] {"", "hello", "grüße ☃"}) {
      Promise<String> echoed = Promise.promise();
      socket.textMessageHandler(echoed::complete);

      socket.writeTextMessage(text);

      assertThat(echoed.future().await()).isEqualTo(text);
    }
  }

  @Test
  void binaryComesBackWholeThoughItFillsManyFrames() {
    WebSocket socket = connect();
    for (int length : new int[] {1, 125, 126, 65_535, 65_536, 200_000}) {
      byte[] bytes = new byte[length];
      new Random(length).nextBytes(bytes);
      Promise<Buffer> echoed = Promise.promise();
      socket.binaryMessageHandler(echoed::complete);

      socket.writeBinaryMessage(Buffer.buffer(bytes));

      assertThat(echoed.future().await().getBytes()).isEqualTo(bytes);
    }
  }

  @Test
  void codeOfTheCallersCloseArrives() throws InterruptedException {
    WebSocket socket = connect();

    socket.close((short) 4000, "enough").await();

    assertThat(codesAtTheServer.poll(15, TimeUnit.SECONDS)).isEqualTo((short) 4000);
  }

  @Test
  void codeAndReasonOfTheApplicationsCloseArrive() {
    WebSocket socket = connect();
    Promise<Void> closed = Promise.promise();
    socket.closeHandler(v -> closed.complete());

    socket.writeTextMessage("bye");

    closed.future().await();
    assertThat(socket.closeStatusCode()).isEqualTo((short) 4001);
    assertThat(socket.closeReason()).isEqualTo("as you wish");
  }
}
