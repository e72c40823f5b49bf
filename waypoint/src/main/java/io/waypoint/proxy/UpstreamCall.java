// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.AsyncResult;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.waypoint.upstream.Acquisition;
import io.waypoint.upstream.UpstreamConnection;
import io.waypoint.upstream.UpstreamFailure;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at an endpoint, from the wait for a connection. It outlives its exchange by as long
 * as the endpoint takes to finish, so that the connection goes back to its pool in a known state or
 * not at all.
 */
final class UpstreamCall implements Acquisition {
  private static final long CANCEL = 8;

  /** What is read of an answer that nobody wants, to keep the connection. */
  private static final int MOST_ABANDONED = 64 * 1024;

  private static final Duration MOST_ABANDONED_TIME = Duration.ofSeconds(1);

  private final Delivery delivery;
  private final ProxyLoop loop;
  private @Nullable HttpClientRequest request;
  private @Nullable UpstreamConnection connection;
  private @Nullable HttpClientResponse response;
  private boolean headWritten;
  private boolean requestSent;
  private boolean responseReceived;
  private boolean upgrading;
  private boolean reusable = true;
  private boolean over;
  private int abandonedBytes;

  UpstreamCall(Delivery delivery, ProxyLoop loop) {
    this.delivery = delivery;
    this.loop = loop;
  }

  @Override
  public boolean isWaiting() {
    return !over;
  }

  @Override
  public void acquired(HttpClientRequest acquired, UpstreamConnection on) {
    request = acquired;
    connection = on;
    delivery.acquired(this, acquired, on);
  }

  @Override
  public void failed(UpstreamFailure failure) {
    if (!over) {
      over = true;
      delivery.failed(this, failure);
    }
  }

  void listen(ProxyExchange exchange) {
    HttpClientRequest asked = request();
    asked.exceptionHandler(this::failed);
    asked.earlyHintsHandler(exchange.answering()::earlyHints);
    if (exchange.request().fields().expect != null) {
      asked.continueHandler(v -> exchange.answering().goAhead());
    }
    asked.response().onComplete(result -> answered(exchange, result));
  }

  boolean isConnected() {
    return connection != null;
  }

  private HttpClientRequest request() {
    return Objects.requireNonNull(request);
  }

  UpstreamConnection connection() {
    return Objects.requireNonNull(connection);
  }

  /** The stream's number over HTTP/2. */
  int streamId() {
    return request().streamId();
  }

  private void answered(ProxyExchange exchange, AsyncResult<HttpClientResponse> result) {
    if (over) {
      return;
    }
    if (result.failed()) {
      failed(result.cause());
    } else {
      response = result.result().exceptionHandler(this::failed);
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
    request().connect();
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
      request().sendHead();
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
    HttpClientRequest to = request();
    to.write(chunk);
    if (!to.writeQueueFull()) {
      return false;
    }
    to.drainHandler(drained);
    return true;
  }

  /** Whether more would be too much for now. */
  boolean isFull() {
    return !over && request().writeQueueFull();
  }

  /** Sends the last part of the body. */
  void end(@Nullable Buffer last) {
    if (over) {
      return;
    }
    headWritten = true;
    requestSent = true;
    if (last == null) {
      request().end();
    } else {
      request().end(last);
    }
    releaseWhenDone();
  }

  /** The connection cannot carry another request, for example because the endpoint says so. */
  void lastOfItsConnection() {
    reusable = false;
  }

  /** Reads the answer to its end for the connection's sake, if that is not much. */
  void abandon(HttpClientResponse response) {
    if (!requestSent) {
      cancel();
      return;
    }
    reusable &= !AnswerHead.endsConnection(response, response.headers().get(FieldNames.CONNECTION));
    Alarms.Alarm alarm =
        loop.environment().time().alarms().after(MOST_ABANDONED_TIME, this::cancel);
    response.handler(chunk -> {
      abandonedBytes += chunk.length();
      if (abandonedBytes > MOST_ABANDONED) {
        cancel();
      }
    });
    response.endHandler(v -> {
      alarm.cancel();
      responseReceived();
    });
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
    if (over) {
      return;
    }
    HttpClientRequest asked = request;
    if (asked == null) {
      over = true;
    } else {
      release(false);
      letFlow();
      asked.reset(CANCEL);
    }
  }

  /** What Vert.x holds of a paused answer when its connection closes is never released. */
  private void letFlow() {
    HttpClientResponse paused = response;
    if (paused != null) {
      paused.handler(chunk -> {}).resume();
    }
  }

  private void release(boolean reuse) {
    over = true;
    connection().release(reuse);
  }
}
