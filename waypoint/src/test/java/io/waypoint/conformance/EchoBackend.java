// SPDX-License-Identifier: Apache-2.0
package io.waypoint.conformance;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An application that says what it was asked, over HTTP/1.1, HTTP/2, gRPC and WebSocket.
 *
 * <pre>
 *   X-Echo-Set-Header: name:value,...    these fields in the answer
 *   ?delay=300                           milliseconds before the answer
 *   ?fail=503&amp;times=2&amp;id=x               that status (0: the connection is reset) so many times,
 *                                        then 200; with &amp;delay only the failures are late
 * </pre>
 */
final class EchoBackend {
  private static final byte[] EMPTY_MESSAGE = new byte[5];

  private final Vertx vertx;
  private final String pod;
  private final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();

  /** The targets that were asked for. */
  final Queue<String> targets = new ConcurrentLinkedQueue<>();

  EchoBackend(Vertx vertx, String pod) {
    this.vertx = vertx;
    this.pod = pod;
  }

  /** The port it listens on. */
  int listen() {
    return vertx
        .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(true))
        .requestHandler(this::handle)
        .webSocketHandler(this::handle)
        .listen(0, "127.0.0.1")
        .await()
        .actualPort();
  }

  private void handle(ServerWebSocket socket) {
    socket.textMessageHandler(socket::writeTextMessage);
    socket.binaryMessageHandler(socket::writeBinaryMessage);
  }

  private void handle(HttpServerRequest request) {
    targets.add(request.uri());
    String type = request.getHeader("content-type");
    if (type != null && type.startsWith("application/grpc")) {
      request.endHandler(v -> call(request));
      return;
    }
    int delay = number(request, "delay");
    int fail = number(request, "fail");
    boolean fails =
        request.getParam("fail") != null && failures(request) <= number(request, "times");
    Runnable answer = () -> answer(request, fails ? fail : 200);
    if (delay > 0 && (fails || request.getParam("fail") == null)) {
      vertx.setTimer(delay, id -> answer.run());
    } else {
      answer.run();
    }
  }

  private int failures(HttpServerRequest request) {
    return failures
        .computeIfAbsent(request.getParam("id", ""), id -> new AtomicInteger())
        .incrementAndGet();
  }

  private static int number(HttpServerRequest request, String parameter) {
    return Integer.parseInt(request.getParam(parameter, "0"));
  }

  private void answer(HttpServerRequest request, int status) {
    if (status == 0) {
      request.connection().close();
      return;
    }
    HttpServerResponse response = request.response();
    if (response.closed()) {
      return;
    }
    String set = request.getHeader("x-echo-set-header");
    for (String field : set == null ? new String[0] : set.split(",")) {
      int colon = field.indexOf(':');
      response.headers().add(field.substring(0, colon), field.substring(colon + 1));
    }
    var headers = new JsonObject();
    request
        .headers()
        .names()
        .forEach(name -> headers.put(lower(name), joined(request.headers(), name)));
    var seen =
        new JsonObject()
            .put("pod", pod)
            .put("method", request.method().name())
            .put("path", request.uri())
            .put("host", String.valueOf(request.authority()))
            .put("protocol", String.valueOf(request.version()))
            .put("headers", headers);
    response.setStatusCode(status).putHeader("x-pod", pod).end(seen.encode());
  }

  private void call(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    response.putHeader("content-type", "application/grpc").putHeader("x-pod", pod);
    if (request.path().endsWith("Three")) {
      response.putHeader("grpc-status", "12").end();
      return;
    }
    var headers = new JsonObject();
    request
        .headers()
        .names()
        .forEach(name -> headers.put(lower(name), joined(request.headers(), name)));
    response.putHeader("x-seen", headers.encode());
    response.write(Buffer.buffer(EMPTY_MESSAGE));
    response.trailers().set("grpc-status", "0");
    response.end();
  }

  static String lower(String name) {
    return name.toLowerCase(java.util.Locale.ROOT);
  }

  static String joined(MultiMap headers, String name) {
    return String.join(",", headers.getAll(name));
  }
}
