// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import static io.waypoint.proxy.ProxyRig.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import io.waypoint.rbac.PolicySet;
import io.waypoint.routing.balance.EndpointSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** HTTP/2 with prior knowledge, and gRPC as it looks on the wire. */
class Http2Test {
  private final ProxyRig rig = new ProxyRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private record Got(HttpClientResponse head, Buffer body) {}

  private Future<HttpClientRequest> request(HttpMethod method, String path) {
    return rig.http2.request(
        new RequestOptions()
            .setMethod(method)
            .setHost("127.0.0.1")
            .setPort(rig.http2Port())
            .setURI(path));
  }

  private Got call(HttpMethod method, String path, String body) {
    return await(
        request(method, path)
            .compose(request -> request.putHeader("te", "trailers").send(body))
            .compose(head -> head.body().map(bytes -> new Got(head, bytes))));
  }

  /** A gRPC message: flag, length, bytes. */
  private static Buffer message(String text) {
    return Buffer.buffer().appendByte((byte) 0).appendInt(text.length()).appendString(text);
  }

  @Test
  void keepsTheVersionOfTheCaller() {
    rig.serve(
        rig.backend(request ->
            request
                .response()
                .end(request.version() + " " + request.authority() + " " + request.scheme())));
    Got got = call(HttpMethod.GET, "/", "");
    assertThat(got.body().toString()).startsWith("HTTP_2 127.0.0.1:").endsWith(" http");
  }

  @Test
  void speaksHttp2ToAPortThatDeclaresIt() {
    var endpoint = rig.backend(request -> request.response().end("" + request.version()));
    rig.publish(
        PolicySet.ALLOW_ALL,
        null,
        new EndpointSet("reviews", "default", 9080, true, List.of(endpoint)));
    String seen =
        await(
            rig.http1
                .request(HttpMethod.GET, rig.http1Port(), "127.0.0.1", "/")
                .compose(HttpClientRequest::send)
                .compose(head -> head.body())
                .map(Buffer::toString));
    assertThat(seen).isEqualTo("HTTP_2");
  }

  @Test
  void carriesTrailersAndTe() {
    rig.serve(
        rig.backend(request -> {
          request.response().putTrailer("grpc-status", request.getHeader("te"));
          request.response().putTrailer("grpc-message", "fine");
          request.response().end(message("hi"));
        }));
    Got got = call(HttpMethod.POST, "/pkg.Service/Method", "x");
    assertThat(got.body()).isEqualTo(message("hi"));
    assertThat(got.head().getTrailer("grpc-status")).isEqualTo("trailers");
    assertThat(got.head().getTrailer("grpc-message")).isEqualTo("fine");
  }

  @Test
  void anAnswerOfTrailersOnlyStaysOne() throws Exception {
    rig.serve(
        rig.backend(request -> {
          var response = request.response();
          response.putHeader("grpc-status", "12");
          response.headersEndHandler(v -> response.headers().remove("content-length"));
          response.end();
        }));
    try (var client = new RawHttp2(rig.http2Port())) {
      var stream = client.get("/x");
      assertThat(stream.headers().get("grpc-status")).hasToString("12");
      assertThat(stream.headers().contains("content-length")).isFalse();
      assertThat(stream.endedWithHeaders()).isTrue();
    }
  }

  @Test
  void deniesGrpcInGrpcsWay() throws Exception {
    rig.publish(Policies.closed(), null, ProxyRig.endpoints());
    try (var client = new RawHttp2(rig.http2Port())) {
      var stream = client.get("/pkg.Service/Method", "content-type", "application/grpc+proto");
      assertThat(stream.headers().status()).hasToString("200");
      assertThat(stream.headers().get("grpc-status")).hasToString("7");
      assertThat(stream.headers().get("grpc-message")).hasToString("RBAC: access denied");
      assertThat(stream.headers().get("content-type")).hasToString("application/grpc");
      assertThat(stream.endedWithHeaders()).isTrue();
    }
  }

  @Test
  void messagesPassAsTheyComeInBothDirections() {
    rig.serve(
        rig.backend(request -> {
          request.response().setChunked(true).writeHead();
          request.handler(data -> request.response().write(data));
          request.endHandler(v -> request.response().putTrailer("grpc-status", "0").end());
        }));
    HttpClientRequest request = await(request(HttpMethod.POST, "/pkg.Service/Chat"));
    request.setChunked(true).putHeader("content-type", "application/grpc");
    await(request.sendHead());
    HttpClientResponse response = await(request.response());
    for (int i = 0; i < 3; i++) {
      Buffer sent = message("message " + i);
      Promise<Buffer> echoed = Promise.promise();
      response.handler(echoed::tryComplete);
      request.write(sent);
      assertThat(await(echoed.future())).isEqualTo(sent);
    }
    request.end();
    await(response.end());
    assertThat(response.getTrailer("grpc-status")).isEqualTo("0");
  }

  @Test
  void anUpstreamThatBreaksOffResetsTheStream() {
    rig.serve(
        rig.backend(request -> {
          request.response().setChunked(true).write("half");
          rig.vertx.setTimer(50, id -> request.response().reset(2));
        }));
    var broken =
        await(
            request(HttpMethod.GET, "/")
                .compose(HttpClientRequest::send)
                .compose(head -> head.body())
                .map(body -> (Throwable) null)
                .otherwise(e -> e));
    assertThat(broken).isInstanceOf(StreamResetException.class);
  }

  @Test
  void triesAnotherStreamWhenOneWasRefused() {
    var asked = new AtomicInteger();
    var refusing =
        rig.backend(request -> {
          asked.incrementAndGet();
          request.response().reset(7);
        });
    var serving = rig.backend(request -> request.response().end("served"));
    rig.serve(refusing, serving);
    for (int i = 0; i < 10; i++) {
      assertThat(call(HttpMethod.GET, "/", "").body()).hasToString("served");
    }
    assertThat(asked).hasPositiveValue();
  }

  @Test
  void aCallerThatResetsCancelsUpstream() {
    Promise<Long> reset = Promise.promise();
    Promise<HttpVersion> asked = Promise.promise();
    rig.serve(
        rig.backend(request -> {
          asked.complete(request.version());
          request
              .response()
              .exceptionHandler(
                  e -> reset.tryComplete(e instanceof StreamResetException r ? r.getCode() : -1L));
        }));
    HttpClientRequest request = await(request(HttpMethod.GET, "/"));
    request.send();
    await(asked.future());
    request.reset(8);
    assertThat(await(reset.future())).isEqualTo(8);
  }

  @Test
  void surviveAnUpstreamThatSaysGoAwayAllTheTime() {
    var count = new AtomicInteger();
    rig.serve(
        rig.backend(request -> {
          if (count.incrementAndGet() % 10 == 0) {
            request.connection().goAway(0);
          }
          request.response().end("ok");
        }));
    for (int i = 0; i < 100; i++) {
      assertThat(call(HttpMethod.GET, "/" + i, "").head().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void drainTellsItsCallersWithoutLosingTheirStreams() {
    Promise<Void> go = Promise.promise();
    Promise<Void> asked = Promise.promise();
    rig.serve(
        rig.backend(request -> {
          asked.tryComplete();
          go.future().onComplete(v -> request.response().end("late"));
        }));
    HttpClientRequest request = await(request(HttpMethod.GET, "/"));
    Promise<Void> away = Promise.promise();
    request.connection().shutdownHandler(v -> away.tryComplete());
    Future<Buffer> body = request.send().compose(head -> head.body());
    await(asked.future());
    rig.onLoop(() -> rig.proxy().drain());
    await(away.future());
    assertThat(rig.proxy().active()).isEqualTo(1);
    go.complete();
    assertThat(await(body)).hasToString("late");
  }
}
