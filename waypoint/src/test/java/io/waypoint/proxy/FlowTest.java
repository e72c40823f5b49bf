// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static io.waypoint.proxy.ProxyRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.streams.WriteStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reader that does not read stops the writer, and nothing piles up between them. */
class FlowTest {
  private static final long TOTAL = 40L * 1024 * 1024;

  /** Kernel buffers of two hops, both ends; far below what is sent. */
  private static final long MOST_UNDERWAY = 20L * 1024 * 1024;

  private static final Buffer CHUNK = Buffer.buffer(new byte[64 * 1024]);

  private final ProxyRig rig = new ProxyRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private HttpClientRequest request(boolean http2, HttpMethod method) {
    HttpClientAgent client = http2 ? rig.http2 : rig.http1;
    int port = http2 ? rig.http2Port() : rig.http1Port();
    return await(client.request(method, port, "127.0.0.1", "/"));
  }

  /** Writes all there is, as fast as the other side takes it. */
  static void pour(WriteStream<Buffer> into, AtomicLong written) {
    while (!into.writeQueueFull()) {
      if (written.addAndGet(CHUNK.length()) >= TOTAL) {
        into.end(CHUNK);
        return;
      }
      into.write(CHUNK);
    }
    into.drainHandler(v -> pour(into, written));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSlowCallerStopsTheApplication(boolean http2) {
    var written = new AtomicLong();
    rig.serve(
        rig.backend(incoming -> {
          incoming.response().putHeader("content-length", Long.toString(TOTAL));
          pour(incoming.response(), written);
        }));
    HttpClientRequest request = request(http2, HttpMethod.GET);
    Promise<HttpClientResponse> head = Promise.promise();
    request.response().onSuccess(response -> head.complete(response.pause()));
    request.end();
    HttpClientResponse response = await(head.future());
    rig.untilStuck(written);
    assertThat(written.get()).isLessThan(MOST_UNDERWAY);

    var read = new AtomicLong();
    response.handler(chunk -> read.addAndGet(chunk.length()));
    Future<Void> end = response.end();
    response.resume();
    await(end);
    assertThat(read.get()).isEqualTo(TOTAL);
  }

  /** What waits between the two then has no taker; {@link LeakWatch} would tell. */
  @Test
  void aCallerThatLeavesInTheMiddleTakesItAllAlong() throws Exception {
    var written = new AtomicLong();
    rig.serve(
        rig.backend(incoming -> {
          incoming.response().putHeader("content-length", Long.toString(TOTAL));
          pour(incoming.response(), written);
        }));
    // Not Vert.x's client: a response that is paused when its connection closes leaks there.
    try (var caller = new Socket("127.0.0.1", rig.http1Port())) {
      caller
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nhost: reviews\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      rig.untilStuck(written);
    }
    rig.untilQuiet();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSlowApplicationStopsTheCaller(boolean http2) {
    Promise<HttpServerRequest> incoming = Promise.promise();
    var read = new AtomicLong();
    rig.serve(
        rig.backend(arrived -> {
          arrived.pause();
          arrived.handler(chunk -> read.addAndGet(chunk.length()));
          arrived.endHandler(v -> arrived.response().end("done"));
          incoming.complete(arrived);
        }));
    var written = new AtomicLong();
    HttpClientRequest request = request(http2, HttpMethod.POST);
    request.putHeader("content-length", Long.toString(TOTAL));
    pour(request, written);
    HttpServerRequest arrived = await(incoming.future());
    rig.untilStuck(written);
    assertThat(written.get()).isLessThan(MOST_UNDERWAY);

    arrived.resume();
    assertThat(await(request.response().compose(HttpClientResponse::body))).hasToString("done");
    assertThat(read.get()).isEqualTo(TOTAL);
  }

  /** What had come from the application and was not yet passed on goes with the caller. */
  @ParameterizedTest
  @ValueSource(strings = {"content-length", "transfer-encoding"})
  void aCallerWhoLeavesInTheMiddleLeavesNothingBehind(String framing) throws IOException {
    var written = new AtomicLong();
    rig.serve(
        rig.backend(incoming -> {
          boolean length = framing.equals("content-length");
          incoming.response().putHeader(framing, length ? Long.toString(TOTAL) : "chunked");
          pour(incoming.response(), written);
        }));
    for (int i = 0; i < 3; i++) {
      written.set(0);
      try (var caller = new Socket()) {
        caller.setReceiveBufferSize(4 * 1024);
        caller.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), rig.http1Port()));
        caller
            .getOutputStream()
            .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        rig.untilStuck(written);
        assertThat(written.get()).isLessThan(MOST_UNDERWAY);
      }
      rig.untilQuiet();
    }
  }
}
