// SPDX-License-Identifier: Apache-2.0
package io.waypoint.dev.echo;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Answers with what it was asked, as JSON; a few paths do something else:
 *
 * <pre>
 *   /status/503          that status
 *   /delay/200ms         the reflection, later
 *   /bytes/1MB           a body of that length, see {@link KnownBytes}
 *   /echo                the request's body, streamed back
 *   /headers?a=b&amp;c=d     the reflection, with these response headers
 *   /flaky/30            503 for 30 of 100 requests
 *   /hangup              closes the connection instead of answering
 *   /seen                how many requests there were before, as text
 * </pre>
 *
 * A WebSocket is echoed on every path, and so are the messages of a gRPC call; the field {@code
 * server} then says by whom.
 */
public final class Echo implements Handler<HttpServerRequest> {
  private final Vertx vertx;
  private final String name;
  private final RandomGenerator random;
  private final AtomicLong seen = new AtomicLong();

  /**
   * @param name what the reflection calls this server, so that a caller can tell replicas apart
   */
  public Echo(Vertx vertx, String name, RandomGenerator random) {
    this.vertx = vertx;
    this.name = name;
    this.random = random;
  }

  @Override
  public void handle(HttpServerRequest request) {
    long before = seen.getAndIncrement();
    String type = request.getHeader("content-type");
    if (type != null && type.startsWith("application/grpc")) {
      call(request, type);
      return;
    }
    String path = request.path() == null ? "/" : request.path();
    int slash = path.indexOf('/', 1);
    String verb = slash < 0 ? path : path.substring(0, slash);
    String argument = slash < 0 ? "" : path.substring(slash + 1);
    try {
      switch (verb) {
        case "/status" -> status(request, Integer.parseInt(argument));
        case "/delay" -> delay(request, Quantity.millis(argument));
        case "/bytes" -> bytes(request, Quantity.bytes(argument));
        case "/echo" -> stream(request);
        case "/headers" -> headers(request);
        case "/flaky" -> flaky(request, Integer.parseInt(argument));
        case "/hangup" -> request.connection().close();
        case "/seen" -> request.response().end(before + "\n");
        default -> reflect(request);
      }
    } catch (IllegalArgumentException e) {
      request.response().setStatusCode(400).end(e.getMessage() + "\n");
    }
  }

  /** Sends every frame back as it came. */
  public void handle(ServerWebSocket socket) {
    socket.frameHandler(frame -> {
      if (!frame.isClose() && !frame.isPing()) {
        socket.writeFrame(frame);
      }
    });
  }

  private void call(HttpServerRequest request, String type) {
    HttpServerResponse response = request.response();
    response.putHeader("content-type", type).putHeader("server", name);
    request.handler(response::write);
    request.endHandler(done -> {
      response.trailers().set("grpc-status", "0");
      response.end();
    });
  }

  private void reflect(HttpServerRequest request) {
    Reflection reflection = new Reflection(request);
    request.endHandler(done -> answer(request, 200, reflection));
  }

  private void status(HttpServerRequest request, int status) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("a status is between 200 and 599");
    }
    Reflection reflection = new Reflection(request);
    request.endHandler(done -> answer(request, status, reflection));
  }

  private void delay(HttpServerRequest request, long millis) {
    Reflection reflection = new Reflection(request);
    request.endHandler(done ->
        vertx.timer(Math.max(1, millis)).onSuccess(due -> answer(request, 200, reflection)));
  }

  private void bytes(HttpServerRequest request, long length) {
    request
        .response()
        .putHeader("content-type", "application/octet-stream")
        .putHeader("content-length", Long.toString(length));
    new KnownBytes(length).pipeTo(request.response());
  }

  private static void stream(HttpServerRequest request) {
    String type = request.getHeader("content-type");
    String length = request.getHeader("content-length");
    request.response().putHeader("content-type", type == null ? "text/plain" : type);
    if (length == null) {
      request.response().setChunked(true);
    } else {
      request.response().putHeader("content-length", length);
    }
    request.pipeTo(request.response());
  }

  private void headers(HttpServerRequest request) {
    for (Map.Entry<String, String> parameter : request.params()) {
      request.response().headers().add(parameter.getKey(), parameter.getValue());
    }
    reflect(request);
  }

  private void flaky(HttpServerRequest request, int percent) {
    Reflection reflection = new Reflection(request);
    int status = random.nextInt(100) < percent ? 503 : 200;
    request.endHandler(done -> answer(request, status, reflection));
  }

  private void answer(HttpServerRequest request, int status, Reflection reflection) {
    request.response().setStatusCode(status);
    if (status == 204 || status == 304) {
      request.response().end();
    } else {
      request
          .response()
          .putHeader("content-type", "application/json")
          .end(reflection.json(name).encode());
    }
  }
}
