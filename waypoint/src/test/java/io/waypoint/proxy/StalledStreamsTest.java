// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static io.waypoint.proxy.ProxyRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many streams of a connection whose readers do not read, and one more that must go on. */
class StalledStreamsTest {
  private static final int UPLOADS = 30;
  private static final int DOWNLOADS = 40;
  private static final Buffer CHUNK = Buffer.buffer(new byte[64 * 1024]);

  /** More than the windows of two hops and what the proxy writes ahead. */
  private static final int CHUNKS = 16;

  private final ProxyRig rig = new ProxyRig();
  private final AtomicLong gone = new AtomicLong();

  @AfterEach
  void close() {
    rig.close();
  }

  /** Counts what has left, not what waits for a window. */
  private void fill(WriteStream<Buffer> into, int chunks) {
    for (int i = 1; i < chunks; i++) {
      into.write(CHUNK).onSuccess(v -> gone.addAndGet(CHUNK.length()));
    }
    into.end(CHUNK);
  }

  /** With a connection of its own, whose window is not what stops it. */
  private HttpClientAgent caller() {
    return rig.vertx.createHttpClient(
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false)
            .setHttp2ConnectionWindowSize(ProxyRig.WIDE));
  }

  private HttpClientRequest request(HttpClientAgent client, HttpMethod method, String path) {
    return await(client.request(method, rig.http2Port(), "127.0.0.1", path));
  }

  @Test
  void uploadsThatNobodyReadsDoNotStopAnother() {
    Queue<HttpServerRequest> paused = new ConcurrentLinkedQueue<>();
    rig.serve(
        rig.backend(incoming -> {
          incoming.endHandler(v -> incoming.response().end("done"));
          if (incoming.uri().equals("/stalls")) {
            paused.add(incoming.pause());
          }
        }));
    List<Future<Buffer>> stalled = new ArrayList<>();
    for (int i = 0; i < UPLOADS; i++) {
      HttpClientRequest request = request(rig.http2, HttpMethod.POST, "/stalls");
      stalled.add(request.setChunked(true).response().compose(HttpClientResponse::body));
      fill(request, CHUNKS / 2);
    }
    rig.untilStuck(gone);
    assertThat(paused).hasSize(UPLOADS);
    HttpClientRequest another = request(rig.http2, HttpMethod.POST, "/goes").setChunked(true);
    Future<Buffer> body = another.response().compose(HttpClientResponse::body);
    fill(another, CHUNKS / 2);
    assertThat(await(body)).hasToString("done");

    paused.forEach(HttpServerRequest::resume);
    for (Future<Buffer> late : stalled) {
      assertThat(await(late)).hasToString("done");
    }
  }

  @Test
  void answersThatNobodyReadsDoNotStopThoseOfOtherCallers() {
    Set<HttpConnection> shared = ConcurrentHashMap.newKeySet();
    rig.serve(
        rig.backend(incoming -> {
          shared.add(incoming.connection());
          fill(incoming.response().setChunked(true), CHUNKS);
        }));
    HttpClientAgent idler = caller();
    List<HttpClientResponse> stalled = new ArrayList<>();
    for (int i = 0; i < DOWNLOADS; i++) {
      HttpClientRequest request = request(idler, HttpMethod.GET, "/");
      Promise<HttpClientResponse> head = Promise.promise();
      request.response().onSuccess(response -> head.complete(response.pause()));
      request.end();
      stalled.add(await(head.future()));
    }
    rig.untilStuck(gone);
    Future<Buffer> body =
        request(caller(), HttpMethod.GET, "/").send().compose(HttpClientResponse::body);
    assertThat(await(body).length()).isEqualTo(CHUNKS * CHUNK.length());
    assertThat(shared).hasSize(1);

    List<Future<Buffer>> rest = stalled.stream().map(HttpClientResponse::body).toList();
    stalled.forEach(HttpClientResponse::resume);
    rest.forEach(late -> assertThat(await(late).length()).isEqualTo(CHUNKS * CHUNK.length()));
  }
}
