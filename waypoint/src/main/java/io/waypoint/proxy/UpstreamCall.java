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

  private final Delivery delivery;
  private final ProxyLoop loop;
  private final HttpClientRequest request;
  private final UpstreamConnection connection;
  private boolean headWritten;
  private boolean requestSent;
  private boolean responseReceived;
  private boolean upgrading;
  private boolean reusable = true;
  private boolean over;

  UpstreamCall(
      Delivery delivery, ProxyLoop loop, HttpClientRequest request, UpstreamConnection connection) {
    this.delivery = delivery;
    this.loop = loop;
    this.request = request;
    this.connection = connection;
  }

  void listen(ProxyExchange exchange) {
    request.exceptionHandler(this::failed);
    request.earlyHintsHandler(exchange.answering()::earlyHints);
    if (exchange.request().fields().expect != null) {
      request.continueHandler(v -> exchange.answering().goAhead());
    }
    request.response().onComplete(result -> answered(exchange, result));
  }

  UpstreamConnection connection() {
    return connection;
  }

  /** The stream's number over HTTP/2. */
  int streamId() {
    return request.streamId();
  }

  private void answered(ProxyExchange exchange, AsyncResult<HttpClientResponse> result) {
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
      delivery.failed(this, cause);
    }
  }

  /** Asks for another protocol; the head is all there is to send. */
  void upgrade() {
    upgrading = true;
    reusable = false;
    headWritten = true;
    requestSent = true;
    request.connect();
  }

  boolean isUpgrading() {
    return upgrading;
  }

  /** Writes the head at the end of the loop's turn unless the body has taken it along by then. */
  void writeHeadSoon() {
    loop.run(this::writeHead);
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

  /** Whether more would be too much for now. */
  boolean isFull() {
    return !over && request.writeQueueFull();
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
    releaseWhenDone();
  }

  /** The connection cannot carry another request, for example because the endpoint says so. */
  void lastOfItsConnection() {
    reusable = false;
  }

  /** The response is complete; an endpoint that answered before it had the request is cut off. */
  void responseReceived() {
    responseReceived = true;
    if (requestSent) {
      releaseWhenDone();
    } else {
      cancel();
    }
  }

  private void releaseWhenDone() {
    if (requestSent && responseReceived && !over) {
      release(reusable);
    }
  }

  /** The connection that was taken over is not needed any more. */
  void closed() {
    if (!over) {
      release(false);
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
