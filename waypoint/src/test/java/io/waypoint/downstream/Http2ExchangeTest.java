// SPDX-License-Identifier: Apache-2.0
package io.waypoint.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.waypoint.http1.Fields;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class Http2ExchangeTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static void hint(HttpServerRequest request) {
    OutgoingResponse response = new Http2Exchange(request).response();
    response.writeEarlyHints(new Fields().add("Link", "</x>"));
    response.end();
  }

  /** An endpoint that speaks HTTP/1.1 names its fields as it likes. */
  @Test
  void earlyHintsMayHaveCapitals() throws Exception {
    HttpServer server =
        vertx
            .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(true))
            .requestHandler(Http2ExchangeTest::hint);
    List<String> hints = new CopyOnWriteArrayList<>();
    HttpClientAgent client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
    int status =
        server
            .listen(0, "127.0.0.1")
            .compose(listening ->
                client.request(HttpMethod.GET, listening.actualPort(), "127.0.0.1", "/"))
            .compose(
                request -> request.earlyHintsHandler(early -> hints.add(early.get("link"))).send())
            .map(HttpClientResponse::statusCode)
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    assertThat(status).isEqualTo(200);
    assertThat(hints).containsExactly("</x>");
  }
}
