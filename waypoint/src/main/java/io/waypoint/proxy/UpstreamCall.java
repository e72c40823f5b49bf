// SPDX-License-Identifier: Apache-2.0
package io.waypoint.proxy;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.waypoint.http1.Part;
import io.waypoint.upstream.Acquisition;
import io.waypoint.upstream.UpstreamConnection;
import io.waypoint.upstream.UpstreamFailure;
import io.waypoint.upstream.UpstreamRequest;
import io.waypoint.upstream.UpstreamResponse;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at an endpoint, from the wait for a connection. It outlives its exchange by as long
 * as the endpoint takes to finish, so that the connection goes back to its pool in a known state or
 * not at all.
 */
final class UpstreamCall implements Acquisition, UpstreamRequest.Listener, UpstreamResponse.Sink {
  /** What is read of an answer that nobody wants, to keep the connection. */
  private static final int MOST_ABANDONED = 64 * 1024;

  private static final Duration MOST_ABANDONED_TIME = Duration.ofSeconds(1);

  private final Delivery delivery;
  private final ProxyLoop loop;
  private @Nullable UpstreamRequest request;
  private @Nullable UpstreamConnection connection;
  private @Nullable ProxyExchange exchange;
  private @Nullable Handler<Void> whenDrained;
  private Alarms.@Nullable Alarm abandonedAlarm;
  private @Nullable SwitchedProtocol switched;
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
  public void acquired(UpstreamRequest acquired, UpstreamConnection on) {
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

  void listen(ProxyExchange of) {
    exchange = of;
    request().listen(this);
  }

  boolean isConnected() {
    return connection != null;
  }

  private UpstreamRequest request() {
    return Objects.requireNonNull(request);
  }

  private ProxyExchange exchange() {
    return Objects.requireNonNull(exchange);
  }

  UpstreamConnection connection() {
    return Objects.requireNonNull(connection);
  }

  /** The stream's number over HTTP/2. */
  int streamId() {
    return request().streamId();
  }

  @Override
  public void goAhead() {
    if (!over) {
      exchange().answering().goAhead();
    }
  }

  @Override
  public void earlyHints(MultiMap hints) {
    if (!over) {
      exchange().answering().earlyHints(hints);
    }
  }

  @Override
  public void answered(UpstreamResponse response) {
    if (!over) {
      exchange().answered(this, response);
    }
  }

  @Override
  public void failed(Throwable cause) {
    SwitchedProtocol bytes = switched;
    if (over) {
      return;
    }
    if (bytes != null) {
      bytes.broken();
      return;
    }
    release(false);
    delivery.failed(this, cause);
  }

  /** Asks for another protocol; the head is all there is to send. */
  void upgrade() {
    upgrading = true;
    reusable = false;
    headWritten = true;
    requestSent = true;
    request().upgrade();
  }

  /** Both sides have agreed to another protocol. */
  void switched(SwitchedProtocol to) {
    switched = to;
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
  boolean write(Part chunk, Handler<Void> drained) {
    if (over) {
      return false;
    }
    headWritten = true;
    UpstreamRequest to = request();
    to.write(chunk);
    if (!to.isFull()) {
      return false;
    }
    whenDrained = drained;
    return true;
  }

  @Override
  public void drained() {
    Handler<Void> then = whenDrained;
    if (then != null) {
      whenDrained = null;
      then.handle(null);
    }
  }

  /** Whether more would be too much for now. */
  boolean isFull() {
    return !over && request().isFull();
  }

  /** Sends the last part of the body. */
  void end(@Nullable Part last) {
    if (over) {
      return;
    }
    headWritten = true;
    requestSent = true;
    request().end(last);
    releaseWhenDone();
  }

  /** The connection cannot carry another request, for example because the endpoint says so. */
  void lastOfItsConnection() {
    reusable = false;
  }

  /** Reads the answer to its end for the connection's sake, if that is not much. */
  void abandon(UpstreamResponse response) {
    if (!requestSent) {
      cancel();
      return;
    }
    reusable &= !AnswerHead.endsConnection(response, response.headers().get(FieldNames.CONNECTION));
    abandonedAlarm = loop.environment().time().alarms().after(MOST_ABANDONED_TIME, this::cancel);
    response.flowTo(this);
  }

  /** Of an answer that has no body: reads it to its end unless that has come, which is usual. */
  void abandonUnlessReceived(UpstreamResponse response) {
    if (!over && !responseReceived) {
      abandon(response);
    }
  }

  /** Of an answer that nobody wants. */
  @Override
  public void part(Part part) {
    abandonedBytes += part.length();
    if (abandonedBytes > MOST_ABANDONED) {
      cancel();
    }
  }

  /** The same. */
  @Override
  public void ended() {
    Alarms.Alarm alarm = abandonedAlarm;
    if (alarm != null) {
      alarm.cancel();
    }
    responseReceived();
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

  /** After the protocol was switched: sends what was written, closes, and then {@code sent}. */
  void finish(Runnable sent) {
    if (over) {
      sent.run();
    } else {
      request().finish(sent);
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
    UpstreamRequest asked = request;
    if (asked == null) {
      over = true;
    } else {
      release(false);
      asked.reset();
    }
  }

  private void release(boolean reuse) {
    over = true;
    connection().release(reuse);
  }
}
