// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.waypoint.downstream.IncomingRequest;
import io.waypoint.downstream.OutgoingResponse;
import io.waypoint.http1.Part;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The caller's side of an exchange: our own answers, and how an answer ends or breaks off. */
final class Downstream {
  private static final CharSequence CLOSE = HttpHeaders.CLOSE;
  private static final CharSequence ZERO = HttpHeaders.createOptimized("0");
  private static final CharSequence NAME = HttpHeaders.createOptimized("waypoint");
  private static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain");
  private static final CharSequence GRPC = HttpHeaders.createOptimized("application/grpc");
  private static final long INTERNAL_ERROR = 2;

  private final ProxyLoop loop;
  private final IncomingRequest request;
  private final OutgoingResponse response;
  private boolean closing;

  Downstream(ProxyLoop loop, IncomingRequest request) {
    this.loop = loop;
    this.request = request;
    this.response = request.response();
  }

  OutgoingResponse response() {
    return response;
  }

  boolean isHttp2() {
    return request.version() == HttpVersion.HTTP_2;
  }

  /** The connection closes after this answer; of HTTP/2 only the stream. */
  void closeAfterwards() {
    closing = true;
  }

  boolean isClosing() {
    return closing && !isHttp2();
  }

  void later(Runnable task) {
    loop.run(task);
  }

  Alarms.Alarm after(Duration delay, Runnable call) {
    return loop.environment().time().alarms().after(delay, call);
  }

  /** Fields that concern this hop; the last thing before a head is written. */
  void markHead() {
    closing |= loop.isDraining();
    if (isClosing()) {
      response.headers().set(FieldNames.CONNECTION, CLOSE);
    }
  }

  /**
   * Prepares an answer of our own.
   *
   * @param grpcStatus what a gRPC caller gets instead; negative when it is none
   */
  void prepare(int status, String body, int grpcStatus) {
    MultiMap headers = response.headers();
    headers.clear();
    headers.set(FieldNames.SERVER, NAME).set(FieldNames.DATE, loop.date());
    if (grpcStatus >= 0) {
      prepareGrpc(headers, grpcStatus, body);
      return;
    }
    response.status(status);
    if (!body.isEmpty()) {
      headers.set(FieldNames.CONTENT_TYPE, TEXT);
    }
    int length = body.isEmpty() ? 0 : body.getBytes(StandardCharsets.UTF_8).length;
    headers.set(FieldNames.CONTENT_LENGTH, Integer.toString(length));
  }

  private void prepareGrpc(MultiMap headers, int status, String body) {
    response.status(200);
    headers
        .set(FieldNames.CONTENT_TYPE, GRPC)
        .set(FieldNames.GRPC_STATUS, Integer.toString(status));
    if (!body.isEmpty()) {
      headers.set(FieldNames.GRPC_MESSAGE, GrpcStatus.message(body));
    }
    if (!isHttp2()) {
      headers.set(FieldNames.CONTENT_LENGTH, ZERO);
    }
  }

  /** Sends what was prepared. */
  void reply(String body, boolean grpc) {
    markHead();
    if (grpc) {
      endWithoutBody();
    } else if (body.isEmpty() || request.method().equals("HEAD")) {
      end();
    } else {
      end(Part.of(Buffer.buffer(body)));
    }
  }

  /** Ends an answer that has a head only. */
  void endWithoutBody() {
    response.endWithoutBody();
    ended();
  }

  void end() {
    response.end();
    ended();
  }

  void end(Part last) {
    response.end(last);
    ended();
  }

  private void ended() {
    if (isClosing()) {
      request.closeConnection();
    }
  }

  /** Breaks the answer off, so that the caller cannot take it for a whole one. */
  void abort() {
    if (!response.ended() && !response.closed()) {
      response.reset(INTERNAL_ERROR);
    }
  }

  /**
   * Goes on when the whole answer is on its way. Until then it is under way, and may be for as long
   * as an exchange may be quiet.
   */
  void whenSent(Runnable then) {
    Future<Void> sent = response.sent();
    if (sent.isComplete()) {
      then.run();
    } else {
      watchRest();
      // Trailers go behind what Vert.x tells of, in the same turn.
      sent.onComplete(result -> later(then));
    }
  }

  /** The exchange is over, its answer under way until the caller has room for all of it. */
  void watchRest() {
    Future<Void> sent = response.sent();
    if (!sent.isComplete()) {
      var rest = new Rest();
      sent.onComplete(result -> rest.activity.end());
    }
  }

  /** What of an answer waits for its caller. */
  private final class Rest implements Idle {
    private final IdleWatch.Activity activity = loop.watch().watch(this);

    @Override
    public void idle() {
      activity.end();
      response.reset(INTERNAL_ERROR);
    }
  }

  /** Nothing more of the request is wanted. */
  void stopReading() {
    if (response.closed()) {
      return;
    }
    if (isHttp2()) {
      response.reset(0);
    } else {
      request.closeConnection();
    }
  }
}
