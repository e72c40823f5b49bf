// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static io.waypoint.proxy.ProxyRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Answers over HTTP/2 whose end has to wait for the caller's window, most of them complete before
 * the request is.
 */
class EarlyHttp2AnswerTest {
  private static final long NO_ERROR = 0;
  private static final long INTERNAL_ERROR = 2;
  private static final Buffer BODY = Buffer.buffer(new byte[64 * 1024]);
  private static final Http2Settings OPEN = new Http2Settings().setInitialWindowSize(1024 * 1024);

  private final ProxyRig rig = new ProxyRig();

  /** The endpoint is cut off: the proxy has all of its answer. */
  private final Promise<Void> taken = Promise.promise();

  /** What the caller's stream is reset with. */
  private final Promise<Long> stopped = Promise.promise();

  @AfterEach
  void close() {
    rig.close();
  }

  private void serve(Buffer body) {
    rig.serve(
        rig.backend(request -> {
          HttpServerResponse response = request.response();
          response.closeHandler(v -> taken.tryComplete());
          response.putTrailer("grpc-status", "0");
          if (body.length() > 0) {
            response.end(body);
          } else {
            response.end();
          }
        }));
  }

  /** A request that has a head only, but is not over. */
  private HttpClientRequest begin(int window) {
    var client =
        rig.vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setInitialSettings(new Http2Settings().setInitialWindowSize(window)));
    HttpClientRequest request =
        await(client.request(HttpMethod.POST, rig.http2Port(), "127.0.0.1", "/"));
    request.exceptionHandler(this::stopped);
    request.setChunked(true);
    return request;
  }

  private void stopped(Throwable how) {
    stopped.tryComplete(how instanceof StreamResetException reset ? reset.getCode() : -1L);
  }

  /** The proxy has nothing more to do but wait for the caller. */
  private void untilTaken() {
    await(taken.future());
    for (int i = 0; i < 3; i++) {
      rig.onLoop(() -> {});
    }
  }

  /** The head of an answer whose body waits for the caller to read. */
  private HttpClientResponse answer(HttpClientRequest request) {
    return answer(request, request::sendHead);
  }

  private HttpClientResponse answer(HttpClientRequest request, Runnable send) {
    Promise<HttpClientResponse> head = Promise.promise();
    request
        .response()
        .onSuccess(response -> head.complete(response.exceptionHandler(this::stopped).pause()));
    send.run();
    return await(head.future());
  }

  /** All of it, once the caller reads. */
  private static void assertArrives(HttpClientResponse response) {
    Future<Buffer> body = response.body();
    response.resume();
    assertThat(await(body)).isEqualTo(BODY);
    assertThat(response.getTrailer("grpc-status")).isEqualTo("0");
  }

  /** Nothing happens for as long as nothing may happen. */
  private void assertEndsWhenIdle() {
    rig.onLoop(() -> {
      for (long i = 0; i <= ProxySettings.DEFAULTS.streamIdle().toSeconds(); i++) {
        rig.proxy().loop().watch().tick();
      }
    });
    assertThat(await(stopped.future())).isEqualTo(INTERNAL_ERROR);
    rig.untilQuiet();
  }

  @Test
  void theEndWaitsForACallerWhoDoesNotReadYet() {
    serve(BODY);
    HttpClientResponse response = answer(begin(1024));
    untilTaken();
    assertArrives(response);
    assertThat(await(stopped.future())).isEqualTo(NO_ERROR);
    rig.untilQuiet();
  }

  /** Who sends everything before reading anything gets there. */
  @Test
  void theEndWaitsForACallerWhoSendsMeanwhile() {
    serve(BODY);
    HttpClientRequest request = begin(1024);
    HttpClientResponse response = answer(request);
    untilTaken();
    for (int i = 0; i < 32; i++) {
      await(request.write(BODY));
    }
    await(request.end());
    assertArrives(response);
    rig.untilQuiet();
  }

  @Test
  void trailersWithoutBodyWaitToo() {
    serve(Buffer.buffer());
    HttpClientRequest request = begin(0);
    request.sendHead();
    HttpClientResponse response = await(request.response());
    Future<Void> end = response.end();
    untilTaken();
    await(request.connection().updateSettings(OPEN));
    await(end);
    assertThat(response.getTrailer("grpc-status")).isEqualTo("0");
    assertThat(await(stopped.future())).isEqualTo(NO_ERROR);
    rig.untilQuiet();
  }

  @Test
  void theEndDoesNotWaitForEver() {
    serve(BODY);
    answer(begin(1024));
    untilTaken();
    assertThat(rig.proxy().active()).isEqualTo(1);
    assertEndsWhenIdle();
  }

  /** It counts as under way, so that a proxy that stops does not cut it off. */
  @Test
  void theAnswerToAWholeRequestIsUnderWayUntilItIsSent() {
    serve(BODY);
    HttpClientRequest request = begin(1024);
    HttpClientResponse response = answer(request, request::end);
    untilTaken();
    assertThat(rig.proxy().active()).isEqualTo(1);
    assertArrives(response);
    rig.untilQuiet();
  }

  @Test
  void theAnswerToAWholeRequestDoesNotWaitForEver() {
    serve(BODY);
    HttpClientRequest request = begin(1024);
    answer(request, request::end);
    untilTaken();
    assertEndsWhenIdle();
  }

  @Test
  void aCallerWhoLeavesIsNotWaitedFor() {
    serve(BODY);
    HttpClientRequest request = begin(1024);
    answer(request);
    untilTaken();
    await(request.reset());
    rig.untilQuiet();
  }
}
