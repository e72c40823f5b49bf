// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.AsyncResult;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.waypoint.upstream.UpstreamConnection;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at an endpoint. It outlives its exchange by as long as the endpoint takes to finish,
 * so that the connection goes back to its pool in a known state or not at all.
 */
final class UpstreamCall {
  private static final long CANCEL = 8;

  private final ProxyExchange exchange;
  private final HttpClientRequest request;
  private final UpstreamConnection connection;
  private boolean headWritten;
  private boolean requestSent;
  private boolean responseReceived;
  private boolean reusable = true;
  private boolean over;

  UpstreamCall(ProxyExchange exchange, HttpClientRequest request, UpstreamConnection connection) {
    this.exchange = exchange;
    this.request = request;
    this.connection = connection;
  }

  void listen() {
    request.exceptionHandler(this::failed);
    request.earlyHintsHandler(exchange::earlyHints);
    request.response().onComplete(this::answered);
  }

  UpstreamConnection connection() {
    return connection;
  }

  /** The stream's number over HTTP/2. */
  int streamId() {
    return request.streamId();
  }

  private void answered(AsyncResult<HttpClientResponse> result) {
    if (over) {
      return;
    }
    if (result.failed()) {
      failed(result.cause());
    } else {
      result.result().exceptionHandler(this::failed);
      exchange.answered(this, result.result());
    }
  }

  private void failed(Throwable cause) {
    if (!over) {
      release(false);
      exchange.upstreamFailed(this, cause);
    }
  }

  /** Writes the head at the end of the loop's turn unless the body has taken it along by then. */
  void writeHeadSoon() {
    exchange.loop().run(this::writeHead);
  }

  void writeHead() {
    if (!over && !headWritten) {
      headWritten = true;
      request.sendHead();
    }
  }

  /**
   * Sends a part of the body.
   *
   * @return whether more would be too much until {@code drained} is called
   */
  boolean write(Buffer chunk, Handler<Void> drained) {
    if (over) {
      return false;
    }
    headWritten = true;
    request.write(chunk);
    if (!request.writeQueueFull()) {
      return false;
    }
    request.drainHandler(drained);
    return true;
  }

  /** Sends the last part of the body. */
  void end(@Nullable Buffer last) {
    if (over) {
      return;
    }
    headWritten = true;
    requestSent = true;
    if (last == null) {
      request.end();
    } else {
      request.end(last);
    }
    endWhenDone();
  }

  /** The connection cannot carry another request, for example because the endpoint says so. */
  void lastOfItsConnection() {
    reusable = false;
  }

  /** The response is complete; an endpoint that answered before it had the request is cut off. */
  void responseReceived() {
    responseReceived = true;
    if (requestSent) {
      endWhenDone();
    } else {
      cancel();
    }
  }

  private void endWhenDone() {
    if (requestSent && responseReceived && !over) {
      release(reusable);
    }
  }

  void cancel() {
    if (!over) {
      release(false);
      request.reset(CANCEL);
    }
  }

  private void release(boolean reuse) {
    over = true;
    connection.release(reuse);
  }
}
