// SPDX-License-Identifier: Apache-2.0
package io.waypoint.hbone;

import static io.waypoint.hbone.HboneRig.await;
import static io.waypoint.hbone.HboneRig.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams of HTTP/2 that nobody reads, inside of a tunnel that is read. */
class KeptInsideTest {
  private static final int STREAMS = 20;
  private static final int SIZE = 60_000;

  private final HboneRig rig = new HboneRig();
  private final Queue<HttpServerRequest> stalled = new ConcurrentLinkedQueue<>();
  private HttpClientConnection caller;

  @BeforeEach
  void serve() {
    rig.serveHttp(
        new HttpServerOptions()
            .setHttp2ClearTextEnabled(true)
            .setHttp2ConnectionWindowSize(8 * 1024 * 1024)
            .setInitialSettings(new Http2Settings().setInitialWindowSize(SIZE)),
        request -> {
          request.endHandler(v -> request.response().end());
          stalled.add(request.pause());
        });
    rig.listen((connect, answer) -> answer.accept(ConnectAnswer.HTTP));
    caller = rig.connect(rig.http2, "10.96.0.1:80");
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private List<Future<HttpClientResponse>> send() {
    List<Future<HttpClientResponse>> answers = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      answers.add(
          caller
              .request(new RequestOptions().setURI("/").setMethod(HttpMethod.POST))
              .compose(request -> request.send(Buffer.buffer(new byte[SIZE]))));
    }
    eventually("all wait", () -> unread() == STREAMS * SIZE);
    return answers;
  }

  private long unread() {
    return rig.serverTransport.unread().current();
  }

  @Test
  void countsUntilItIsRead() {
    List<Future<HttpClientResponse>> answers = send();
    stalled.forEach(HttpServerRequest::resume);
    answers.forEach(answer -> assertThat(await(answer).statusCode()).isEqualTo(200));
    eventually("nothing is kept", () -> unread() == 0);
  }

  @Test
  void countsUntilTheCallerLeaves() {
    send();
    await(caller.close());
    eventually("nothing is kept", () -> unread() == 0);
  }

  @Test
  void countsUntilItsConnectionBreaks() {
    send();
    await(rig.clientVertx.close());
    eventually("nothing is kept", () -> unread() == 0);
  }
}
