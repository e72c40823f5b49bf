// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.MultiMap;
import io.waypoint.downstream.OutgoingResponse;
import io.waypoint.http1.Lengths;
import io.waypoint.upstream.UpstreamResponse;
import org.jspecify.annotations.Nullable;

/** An answer's head as the caller receives it. */
final class AnswerHead {
  private static final long NANOS_A_MILLI = 1_000_000;

  private AnswerHead() {}

  /**
   * Fills in the head, not yet written, and prepares the body.
   *
   * @param nanos how long the endpoint took
   */
  static ResponseBody write(
      ProxyExchange exchange, UpstreamCall call, UpstreamResponse from, long nanos) {
    HeaderCopy copy = exchange.loop().copy();
    CanonicalRequest request = exchange.request();
    Downstream downstream = exchange.downstream();
    OutgoingResponse to = downstream.response();
    int status = from.status();
    boolean bodiless =
        request.method().equals("HEAD") || status == 101 || status == 204 || status == 304;
    to.status(status);
    MultiMap headers = to.headers();
    copy.response(from.headers(), headers, true);
    headers.set(FieldNames.UPSTREAM_SERVICE_TIME, Long.toString(nanos / NANOS_A_MILLI));
    if (endsConnection(from, copy.connection())) {
      call.lastOfItsConnection();
    }
    String length = copy.contentLength();
    if (!bodiless && length == null && !downstream.isHttp2()) {
      frame(request, downstream);
    }
    var body = new ResponseBody(exchange, call, from, bodyLength(from, bodiless, length));
    if (request.fields().isGrpc()) {
      body.countMessages();
      if (copy.grpcStatus() != null) {
        exchange.record().grpcStatus(GrpcStatus.parse(copy.grpcStatus()));
      }
    }
    return body;
  }

  /** A length ends the body only where no trailers can follow. */
  private static long bodyLength(UpstreamResponse from, boolean bodiless, @Nullable String length) {
    if (bodiless) {
      return 0;
    }
    return length == null || from.isHttp2() ? Lengths.UNKNOWN : Lengths.parse(length);
  }

  /** An answer whose length is not known: in chunks, or for HTTP/1.0 up to the connection's end. */
  private static void frame(CanonicalRequest request, Downstream downstream) {
    if (request.isHttp10()) {
      downstream.closeAfterwards();
    } else {
      downstream.response().chunked();
    }
  }

  /**
   * @param connection the field of that name
   */
  static boolean endsConnection(UpstreamResponse from, @Nullable String connection) {
    if (from.isHttp2()) {
      return false;
    }
    if (connection != null && Tokens.contains(connection, "close")) {
      return true;
    }
    boolean keeps = connection != null && Tokens.contains(connection, "keep-alive");
    return from.isHttp10() && !keeps;
  }
}
